import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { retry } from "../../lib/retry.ts";
import { AnalyticsError } from "./analyticsError.ts";
import type { Json } from "./chartForm.ts";
import type { Bundle } from "./render.ts";

/** How Superset's API is reached. */
export interface SupersetLogin {
  /** Without a slash at its end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

/** A condition of a list. */
export interface Filter {
  readonly col: string;
  readonly opr: string;
  readonly value: string | number;
}

/** Superset reads YAML 1.1, which takes `no` for false and a date without quotes for something else than a text. */
const AS_SUPERSET_READS = { lineWidth: 0, version: "1.1", defaultStringType: "QUOTE_DOUBLE" } as const;
const ROOT = "bundle";
const PAGE = 100;
/** An import connects to the tenant's schema. */
const TIMEOUT_MS = 120_000;
/** How many objects there may be of one kind: 100 pages. */
const PAGES_MAX = 1000;

const listSchema = z.object({ count: z.number(), result: z.array(z.unknown()) });

/** A client for the few endpoints of Superset's API that the sync needs. Logs in once. */
export class Superset {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  /** @throws AnalyticsError when it is not reached, or refuses the account */
  static async logIn({ url, user, password }: SupersetLogin): Promise<Superset> {
    const login = { username: user, password, provider: "db" };
    const answer = await request(url, "POST", "/api/v1/security/login", { json: login });
    const { access_token } = z.object({ access_token: z.string() }).parse(await answer.json());
    const bearer = { authorization: `Bearer ${access_token}` };
    const csrf = await request(url, "GET", "/api/v1/security/csrf_token/", { headers: bearer });
    const { result } = z.object({ result: z.string() }).parse(await csrf.json());
    const cookie = csrf.headers
      .getSetCookie()
      .map((each) => each.split(";")[0] ?? "")
      .join("; ");
    return new Superset(url, { ...bearer, cookie, "x-csrftoken": result, referer: `${url}/` });
  }

  /** Calls an endpoint with JSON. @throws AnalyticsError for any answer but a success */
  async call<Type extends z.ZodType>(type: Type, method: string, path: string, json?: Json): Promise<z.output<Type>> {
    const answer = await request(this.#url, method, path, {
      headers: this.#headers,
      ...(json === undefined ? {} : { json }),
    });
    return type.parse(await answer.json());
  }

  /** As {@link call}, and undefined for what is not there. */
  async find<Type extends z.ZodType>(type: Type, path: string): Promise<z.output<Type> | undefined> {
    const answer = await request(this.#url, "GET", path, { headers: this.#headers, expected: [404] });
    return answer.status === 404 ? (await answer.arrayBuffer(), undefined) : type.parse(await answer.json());
  }

  /**
   * All objects of a kind, page by page.
   *
   * @param order column that orders them: without one, pages overlap
   * @param columns that are asked for. Default: the list's own
   */
  async list<Type extends z.ZodType>(
    type: Type,
    kind: string,
    order: string,
    filters: readonly Filter[] = [],
    columns: readonly string[] = [],
  ): Promise<z.output<Type>[]> {
    const found: z.output<Type>[] = [];
    for (let page = 0; page < PAGES_MAX; page++) {
      const parts = [
        `page:${page}`,
        `page_size:${PAGE}`,
        `order_column:${order}`,
        "order_direction:asc",
        ...(filters.length === 0 ? [] : [`filters:!(${filters.map(rison).join(",")})`]),
        ...(columns.length === 0 ? [] : [`columns:!(${columns.join(",")})`]),
      ];
      const { count, result } = await this.call(
        listSchema,
        "GET",
        `/api/v1/${kind}/?q=${encodeURIComponent(`(${parts.join(",")})`)}`,
      );
      found.push(...z.array(type).parse(result));
      if (found.length >= count || result.length === 0) return found;
    }
    throw new AnalyticsError(`Superset lists more than ${PAGE * PAGES_MAX} objects of ${kind}`, "superset");
  }

  /** Imports a bundle, over what has the same keys. @param passwords by path of the connection */
  async import(bundle: Bundle, passwords: Readonly<Record<string, string>>): Promise<void> {
    const files = new Map<string, Readonly<Record<string, Json>>>([
      ["metadata.yaml", { version: "1.0.0", type: "assets", timestamp: "2026-01-01T00:00:00+00:00" }],
      ...bundle,
    ]);
    const entries = [...files].map(
      ([path, content]) => [`${ROOT}/${path}`, strToU8(stringify(content, AS_SUPERSET_READS))] as const,
    );
    const form = new FormData();
    form.set("bundle", new Blob([new Uint8Array(zipSync(Object.fromEntries(entries)))]), "bundle.zip");
    form.set("passwords", JSON.stringify(passwords));
    const answer = await request(this.#url, "POST", "/api/v1/assets/import/", { headers: this.#headers, form });
    await answer.arrayBuffer();
  }

  /** Exports dashboards with all that they need, by path in the bundle. */
  async export(dashboards: readonly number[]): Promise<ReadonlyMap<string, unknown>> {
    const path = `/api/v1/dashboard/export/?q=${encodeURIComponent(`!(${dashboards.join(",")})`)}`;
    const answer = await request(this.#url, "GET", path, { headers: this.#headers });
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
    return new Map(
      Object.entries(files).map(([name, content]): [string, unknown] => [
        name.slice(name.indexOf("/") + 1),
        parse(strFromU8(content)),
      ]),
    );
  }
}

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Json;
  readonly form?: FormData;
  /** Answers besides a success that are the caller's. Default: none. */
  readonly expected?: readonly number[];
}

async function request(
  url: string,
  method: string,
  path: string,
  { headers, json, form, expected = [] }: Sent,
): Promise<Response> {
  const send = () =>
    fetch(`${url}${path}`, {
      method,
      headers: { ...headers, ...(json === undefined ? {} : { "content-type": "application/json" }) },
      body: form ?? (json === undefined ? null : JSON.stringify(json)),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  let answer: Response;
  try {
    answer = await retry(`Superset at ${url}`, send);
  } catch (error) {
    const why =
      error instanceof Error
        ? [error.message, error.cause instanceof Error ? error.cause.message : ""].join(" ").trim()
        : String(error);
    throw new AnalyticsError(
      `Superset at ${url} does not answer (${method} ${path.split("?")[0] ?? path}): ${why}`,
      "superset",
    );
  }
  if (answer.ok || expected.includes(answer.status)) return answer;
  const isJson = answer.headers.get("content-type")?.includes("json") === true;
  const text = isJson ? (await answer.text()).slice(0, 2000) : "a page that says nothing; its log says why";
  throw new AnalyticsError(
    `Superset at ${url} answers ${answer.status} to ${method} ${path.split("?")[0] ?? path}: ${text}`,
    "superset",
  );
}

function rison({ col, opr, value }: Filter): string {
  return `(col:${col},opr:${opr},value:${typeof value === "number" ? String(value) : `'${value.replaceAll(/[!']/g, "!$&")}'`})`;
}
