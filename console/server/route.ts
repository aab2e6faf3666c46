import type { Context } from "hono";
import { z } from "zod";
import type { Action } from "../api/access.ts";
import type { LoggedIn } from "./auth/sessions.ts";
import { Problem } from "./problem.ts";
import type { ProblemStatus } from "./problem.ts";
import type { Services } from "./services.ts";

/** What a handler knows of a request. */
export interface Call<Query, Body> {
  readonly services: Services;
  /** Who asks; their roles allow the route's action, with all of its kind or with their own. */
  readonly person: LoggedIn;
  readonly query: Query;
  readonly body: Body;
  /** A part of the path. */
  readonly param: (name: string) => string;
  /** For answers that are not JSON. */
  readonly context: Context;
}

/** A request before its query and body were read. */
export type Input = Call<Readonly<Record<string, string>>, unknown>;

interface Described {
  readonly method: "get" | "post";
  /** Path below `/api` with parameters, such as `/tenants/{id}`. */
  readonly path: string;
  /** What a person must be allowed; `session`: everybody who is logged in. A route without one does not compile. */
  readonly action: Action | "session";
  /**
   * Whether it reads and writes nothing but the person's tenant's where the person is of a tenant. Without it, people of
   * tenants reach it at their own tenant's path alone.
   *
   * @default false
   */
  readonly isScoped?: boolean;
  /** What it does, for the OpenAPI file. */
  readonly summary: string;
  /** Statuses of refusals that only this route has, for the OpenAPI file. Default: none. */
  readonly refusals?: readonly ProblemStatus[];
}

/** A route that is ready to be registered. */
export interface Route extends Described {
  /** Refuses every parameter that it does not name. */
  readonly query: z.ZodObject;
  readonly body: z.ZodType;
  /** What it answers; undefined: not JSON. */
  readonly answer: z.ZodType | undefined;
  /** Media type of what it answers. */
  readonly media: string;
  readonly status: 200 | 202;
  readonly handle: (input: Input) => Promise<Response>;
}

/** Nothing is read; of a query, nothing is accepted. */
export const nothing = z.object({});

/**
 * A route that answers JSON. A query with a parameter that its schema does not name is refused; of bodies and answers, what
 * the schemas do not name is left out.
 *
 * @param definition `status` of an answer is 200 unless it says another
 */
export function route<Query extends z.ZodObject, Body extends z.ZodType, Answer extends z.ZodType>(
  definition: Described & {
    readonly query: Query;
    readonly body: Body;
    readonly answer: Answer;
    readonly status?: 200 | 202;
    readonly handle: (call: Call<z.output<Query>, z.output<Body>>) => Promise<z.input<Answer>>;
  },
): Route {
  const { query, body, answer, status = 200, handle } = definition;
  return {
    ...definition,
    media: "application/json",
    status,
    handle: async (input) => {
      const call = { ...input, query: readQuery(query, input.query), body: read(body, input.body, 422) };
      return input.context.json(answer.parse(await handle(call)), status);
    },
  };
}

/** A route that answers something else than JSON, such as a file or a stream of events. */
export function rawRoute<Query extends z.ZodObject>(
  definition: Described & {
    readonly query: Query;
    readonly media: string;
    readonly handle: (call: Call<z.output<Query>, unknown>) => Promise<Response> | Response;
  },
): Route {
  const { query, handle } = definition;
  return {
    ...definition,
    body: nothing,
    answer: undefined,
    status: 200,
    handle: async (input) => handle({ ...input, query: readQuery(query, input.query) }),
  };
}

/** @throws Problem for a value that is not valid, and for a parameter that the schema does not name */
function readQuery<Query extends z.ZodObject>(schema: Query, query: Input["query"]): z.output<Query> {
  const unknown = Object.keys(query).filter((name) => !Object.hasOwn(schema.shape, name));
  if (unknown.length > 0) {
    const names = Object.keys(schema.shape);
    const expected = names.length === 0 ? "none" : names.join(", ");
    throw new Problem(
      400,
      `The address has ${unknown.map((name) => JSON.stringify(name)).join(", ")} in its query, expected ${expected}`,
      "See console/openapi.json for what each address accepts",
    );
  }
  return read(schema, query, 400);
}

function read<Schema extends z.ZodType>(schema: Schema, value: unknown, status: 400 | 422): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
  throw new Problem(status, problems.join("; "));
}
