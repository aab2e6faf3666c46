import { Page } from "../support/page.tsx";
import assert from "node:assert/strict";
import { requestSchema } from "../../api/requests.ts";
import { request } from "../support/answers.ts";

const PATH = `/api/requests/${request.id}`;

/** Stands for a browser's stream of events, which jsdom does not have. */
class Stream {
  static readonly opened: Stream[] = [];
  readonly url: string;
  isClosed = false;
  onmessage: ((event: { data: string }) => void) | undefined;
  constructor(url: string) {
    this.url = url;
    Stream.opened.push(this);
  }
  close(): void {
    this.isClosed = true;
  }
}

describe("page of a request", () => {
  let page: Page | undefined;
  afterEach(() => {
    page?.close();
    Stream.opened.length = 0;
    Reflect.deleteProperty(globalThis, "EventSource");
  });

  it("follows it live, says what moved, and stops at its end", async () => {
    Object.defineProperty(globalThis, "EventSource", { value: Stream, configurable: true });
    page = new Page(`/requests/${request.id}`, "engineer");
    const stream = await page.until("a stream", () => Stream.opened.at(-1));
    assert.equal(stream.url, `${PATH}/events`);
    const spoken = () => document.querySelector("[aria-live=polite]")?.textContent;
    await page.until("the state", () => spoken() === "Waiting for approval. 1 of 1 check passed.");
    stream.onmessage?.({ data: JSON.stringify(requestSchema.parse({ ...request, state: "deploying" })) });
    await page.until("the next state", () => spoken() === "Deploying. 1 of 1 check passed.");
    await page.text("This page follows it live.");
    stream.onmessage?.({ data: JSON.stringify(requestSchema.parse({ ...request, state: "done" })) });
    await page.until("the end", () => spoken() === "Done. 1 of 1 check passed." && stream.isClosed);
  });

  it("prints why it was refused in the rule's own words, with what to do", async () => {
    const problem = 'tenants/tbwa-finance.yaml:6:7 plan is "huge", expected one of small, standard, large';
    page = new Page(`/requests/${request.id}`, "engineer", {
      [PATH]: requestSchema.parse({ ...request, state: "refused", problem }),
    });
    await page.text(problem);
    await page.text("Nothing was changed. Fix what the message names, then send a new request.");
    assert.deepEqual(await page.violations(), []);
  });

  it("leads the approver to the review", async () => {
    page = new Page(`/requests/${request.id}`, "engineer", {
      [PATH]: requestSchema.parse({ ...request, approver: "maria-reyes" }),
    });
    const link = await page.control("Review pull request #42");
    assert.equal(link.getAttribute("href"), "https://github.com/tbwa/odoo-saas/pull/42");
  });
});
