import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A node of a workflow, as n8n's files have it. */
export interface Node {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: readonly [x: number, y: number];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** What n8n keeps secret for the nodes: made by hand or by `n8n import:credentials`, found by id, else by name. */
export const CREDENTIALS = {
  github: { type: "githubApi", id: "odoo-saas-github", name: "odoo-saas GitHub" },
  mattermost: { type: "mattermostApi", id: "odoo-saas-mattermost", name: "odoo-saas Mattermost" },
  signature: { type: "crypto", id: "odoo-saas-signature", name: "odoo-saas request signature" },
} as const;

function credential(name: keyof typeof CREDENTIALS) {
  const { type, ...found } = CREDENTIALS[name];
  return { credentials: { [type]: found } };
}

/** Makes nodes from left to right, in lines. */
export function node(
  name: string,
  type: string,
  typeVersion: number,
  position: Node["position"],
  parameters: Node["parameters"],
  more: Readonly<Record<string, unknown>> = {},
): Node {
  const id = name.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  return { id, name, type: `n8n-nodes-base.${type}`, typeVersion, position, parameters, ...more };
}

/** A call of GitHub's API whose address the item has. Every answer is an answer, also a refusal: `Decide` judges it. */
export function githubCall(name: string, position: Node["position"], kind: "post" | "json" | "text"): Node {
  const post = { sendBody: true, specifyBody: "json", jsonBody: "={{ JSON.stringify($json.body) }}" };
  const format = kind === "json" ? { responseFormat: "json" } : { responseFormat: "text", outputPropertyName: "body" };
  const parameters = {
    method: kind === "post" ? "POST" : "GET",
    url: "={{ $json.url }}",
    authentication: "predefinedCredentialType",
    nodeCredentialType: CREDENTIALS.github.type,
    sendHeaders: true,
    headerParameters: { parameters: [{ name: "accept", value: "application/vnd.github+json" }] },
    ...(kind === "post" ? post : {}),
    options: { response: { response: { fullResponse: true, neverError: true, ...format } }, timeout: 30_000 },
  };
  return node(name, "httpRequest", 4.4, position, parameters, {
    ...credential("github"),
    onError: "continueRegularOutput",
  });
}

/** A message to the channel of the settings. */
export function mattermost(
  name: string,
  position: Node["position"],
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Node {
  const channelId = "={{ $('Settings').first().json.channel }}";
  const retries = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 };
  const parameters = { resource: "message", operation: "post", channelId, message };
  return node(name, "mattermost", 1, position, parameters, { ...credential("mattermost"), ...retries, ...more });
}

/** HMAC-SHA-256 of a value with the secret that who asks knows too. */
export function hmac(name: string, position: Node["position"], value: string): Node {
  const parameters = { action: "hmac", type: "SHA256", value, dataPropertyName: "expected", encoding: "hex" };
  return node(name, "crypto", 2, position, parameters, credential("signature"));
}

/** JavaScript that runs once. */
export function code(name: string, position: Node["position"], jsCode: string): Node {
  return node(name, "code", 2, position, { jsCode });
}

/** Goes on at its first output when an expression is true, else at its second. */
export function condition(name: string, position: Node["position"], expression: string): Node {
  return node(name, "if", 2.2, position, { conditions: all([isTrue(expression)]), options: {} });
}

/** Goes on at the output of the name that an expression gives. */
export function choice(name: string, position: Node["position"], expression: string, names: readonly string[]): Node {
  const values = names.map((outputKey) => ({
    conditions: all([
      { leftValue: expression, rightValue: outputKey, operator: { type: "string", operation: "equals" } },
    ]),
    renameOutput: true,
    outputKey,
  }));
  return node(name, "switch", 3.2, position, { rules: { values }, options: {} });
}

function isTrue(leftValue: string) {
  return { leftValue, rightValue: "", operator: { type: "boolean", operation: "true", singleValue: true } };
}

function all(conditions: readonly object[]) {
  const options = { caseSensitive: true, leftValue: "", typeValidation: "strict", version: 2 };
  return { options, conditions: conditions.map((each, index) => ({ id: String(index), ...each })), combinator: "and" };
}

/** A function of a file beside this one, as JavaScript for a node. */
export function embedded(file: string): string {
  const source = readFileSync(join(import.meta.dirname, file), "utf8");
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts
    .transpileModule(source, { compilerOptions })
    .outputText.replace(/^export /m, "")
    .trim();
}
