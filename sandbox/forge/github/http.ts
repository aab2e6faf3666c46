import { createHash } from "node:crypto";
import type { z } from "zod";
import { GithubError, notFound } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Account, GithubState, Repository } from "./state.ts";
import type { Permission } from "./tokens.ts";

export { GithubError, notFound };
export type { Answer };

/** What a handler knows of a request. */
export class Call {
  readonly state: GithubState;
  /** Whose token it is. */
  readonly account: Account;
  readonly params: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly #text: string;

  constructor(
    state: GithubState,
    account: Account,
    params: Readonly<Record<string, string>>,
    { url, text }: { url: URL; text: string },
  ) {
    this.state = state;
    this.account = account;
    this.params = params;
    this.url = url;
    this.#text = text;
  }

  /** A part of the path; the pattern has it, or the test is wrong. */
  param(name: string): string {
    const value = this.params[name];
    if (value === undefined) throw new Error(`the route has no :${name}`);
    return value;
  }

  /** A parameter of the query, or undefined. */
  query(name: string): string | undefined {
    return this.url.searchParams.get(name) ?? undefined;
  }

  /** The repository that the path names. */
  get repository(): Repository {
    return this.state.repository(this.param("owner"), this.param("repo"));
  }

  /** The body, refused as GitHub does when it is no JSON or not as expected. */
  body<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> {
    let json: unknown;
    try {
      json = this.#text === "" ? {} : JSON.parse(this.#text);
    } catch {
      throw new GithubError(400, "Problems parsing JSON");
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new GithubError(
      422,
      "Validation Failed",
      parsed.error.issues.map(({ path, message }) => ({ field: path.join("."), code: "invalid", message })),
    );
  }
}

/** A method and a path, and who may call it. `:name` is one segment, `*name` the rest. */
export interface Route {
  readonly method: string;
  readonly pattern: string;
  /** What the token must be allowed; absent: any token will do. */
  readonly needs?: Permission;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/**
 * A route in one line.
 *
 * @param spec such as `GET /repos/:owner/:repo/pulls`
 * @param needs such as `pull_requests:read`; undefined for none
 */
export function route(spec: string, needs: Permission | undefined, handle: Route["handle"]): Route {
  const [method = "", pattern = ""] = spec.split(" ");
  return { method, pattern, handle, ...(needs === undefined ? {} : { needs }) };
}

/** The parameters of a path that fits the pattern, decoded. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const source = pattern.replaceAll(/[:*]([a-z_]+)/g, (word, name: string) =>
    word.startsWith("*") ? `(?<${name}>.*)` : `(?<${name}>[^/]+)`,
  );
  const groups = new RegExp(`^${source}$`).exec(path);
  if (groups === null) return undefined;
  return Object.fromEntries(
    Object.entries(groups.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

/** 200 with a body. */
export function ok(body: unknown): Answer {
  return { status: 200, body };
}

/** 201 with a body. */
export function created(body: unknown): Answer {
  return { status: 201, body };
}

/** 204. */
export const NO_CONTENT: Answer = { status: 204 };

/**
 * One page of a list with the `Link` header, by `per_page` (30, at most 100) and `page`.
 *
 * @param wrap what the page is put into, for answers such as `{ total_count, check_runs }`
 */
export function page(
  call: Call,
  items: readonly unknown[],
  wrap: (page: readonly unknown[]) => unknown = (list) => list,
): Answer {
  const size = Math.min(100, Math.max(1, Number(call.query("per_page") ?? 30)));
  const number = Math.max(1, Number(call.query("page") ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string): string => {
    const url = new URL(call.url);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first"), link(number - 1, "prev")] : []),
  ];
  return {
    status: 200,
    body: wrap(items.slice((number - 1) * size, number * size)),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}

/** The ETag of an answer's text. */
export function etagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("hex")}"`;
}
