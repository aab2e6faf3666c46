import { Agent, get } from "node:http";
import { generatedId } from "../../test/support/generateTenants.ts";
import type { AnswerTimes } from "../results.ts";

/** Requests at once. */
const AT_ONCE = 20;
/** Requests of each kind, after those that only warm up. */
const COUNT = 500;
const WARM_UP = 60;

/** What is asked for: a path for the nth request, so that no two in a row are the same, and the goal in milliseconds. */
const KINDS: readonly { readonly name: string; readonly goal?: number; readonly path: (index: number) => string }[] = [
  { name: "list", goal: 200, path: (index) => `/tenants?page=${(index % 50) + 1}` },
  { name: "search", goal: 200, path: (index) => `/tenants?q=generated+${index % 100}` },
  {
    name: "filter",
    goal: 200,
    path: (index) => `/tenants?status=in+prod&plan=${["small", "standard", "large"][index % 3] ?? ""}`,
  },
  { name: "sort by cost", goal: 200, path: (index) => `/tenants?sort=cost&order=desc&page=${(index % 20) + 1}` },
  { name: "page 100", goal: 200, path: () => "/tenants?page=100" },
  { name: "a tenant", goal: 150, path: (index) => `/tenants/${generatedId(index * 17)}` },
  { name: "its changes", path: (index) => `/tenants/${generatedId(index * 17)}/changes` },
  { name: "its infrastructure", path: (index) => `/tenants/${generatedId(index * 17)}/infra` },
  { name: "dashboard", path: () => "/dashboard" },
];

/** Asks the console's server for each kind of page, several at once. @param cookies of people who take turns */
export async function measureAnswers(
  url: string,
  cookies: readonly string[],
  log: (line: string) => void,
): Promise<AnswerTimes[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const results: AnswerTimes[] = [];
  let asked = 0;
  const ask = (path: string) => once(agent, `${url}/api${path}`, cookies[asked++ % cookies.length] ?? "");
  try {
    for (const { name, goal, path } of KINDS) {
      const times: number[] = [];
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let index = next++; index < WARM_UP + COUNT; index = next++) {
          const time = await ask(path(index));
          if (index >= WARM_UP) times.push(time);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      results.push({ name, times, ...(goal !== undefined && { goal }) });
      log(`answers: ${name}`);
    }
  } finally {
    agent.destroy();
  }
  return results;
}

/** Milliseconds until the whole answer is there. @throws Error for an answer other than 200 */
function once(agent: Agent, url: string, cookie: string): Promise<number> {
  const begin = performance.now();
  return new Promise((done, fail) => {
    get(url, { agent, headers: { cookie } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("error", fail).once("end", () => {
        if (response.statusCode === 200) done(performance.now() - begin);
        else fail(new Error(`The console answered ${response.statusCode ?? ""} to ${url}: ${text.slice(0, 300)}`));
      });
    }).once("error", fail);
  });
}
