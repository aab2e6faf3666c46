import { z } from "zod";
import { problemSchema } from "../api/common.ts";
import type { ProblemStatus } from "../server/problem.ts";
import type { Route } from "../server/route.ts";
import { ROUTES } from "../server/routes/index.ts";

type Json = Readonly<Record<string, unknown>>;

const REFUSALS: Readonly<Record<ProblemStatus, string>> = {
  400: "The query cannot be read",
  401: "There is no session, or it has ended",
  403: "The person's roles do not include the action, or the request comes from another site",
  404: "There is no such tenant or request",
  409: "The id is another request's",
  413: "The body is too large",
  422: "The body is not valid, or the checks refuse what it asks for",
  429: "Too many requests: the message says when to try again",
  502: "n8n did not accept the request; nothing was changed",
  503: "Something the server needs is not available",
};

/** `console/openapi.json`: what the server answers below `/api` to a person who is logged in, as OpenAPI 3.1. */
export function openApi(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: "3.1.1",
    info: {
      title: "Odoo SaaS console",
      version: "0.1.0",
      description: "Generated from console/server/routes/ by npm run generate:console.",
    },
    servers: [{ url: "/api" }],
    security: [{ session: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, "output") },
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-session",
          description: "Set by /auth/callback after a log-in at Keycloak; console_session where the console has no TLS",
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const { action, summary, method, path, body, query, answer, media, status } = route;
  return {
    summary,
    "x-action": action,
    parameters: [...pathParameters(path), ...queryParameters(query)],
    ...(method === "post" && {
      requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } },
    }),
    responses: {
      [status]: {
        description: status === 202 ? "Accepted" : "The answer",
        content: { [media]: { schema: answer === undefined ? { type: "string" } : schemaOf(answer, "output") } },
      },
      ...Object.fromEntries(
        refusalsOf(route).map((refusal) => [
          refusal,
          {
            description: REFUSALS[refusal],
            content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
          },
        ]),
      ),
    },
  };
}

/** Statuses of a route's refusals, in their order. */
function refusalsOf({ action, method, path, refusals = [] }: Route): ProblemStatus[] {
  const common: ProblemStatus[] = [400, 401, 429, 503];
  const isPost = method === "post";
  return [
    ...common,
    ...(isPost || action !== "session" ? [403 as const] : []),
    ...(path.includes("{") ? [404 as const] : []),
    ...(isPost ? [413 as const, 422 as const] : []),
    ...refusals,
  ].sort((a, b) => a - b);
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

const querySchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
});

function queryParameters(query: z.ZodType): Json[] {
  const { properties, required } = querySchema.parse(schemaOf(query, "input"));
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    ...(required.includes(name) && { required: true }),
    schema,
  }));
}

/** A schema as JSON Schema, which OpenAPI 3.1 takes as it is. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  // OpenAPI itself names the dialect.
  return Object.fromEntries(Object.entries(z.toJSONSchema(schema, { io })).filter(([key]) => key !== "$schema"));
}
