import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readApprovers } from "../../config/approvers.ts";
import { formatDiagnostic } from "../../config/index.ts";
import { readRequesters } from "../../config/requesters.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { annotationOf, formatAnnotation } from "../../lib/githubAnnotations.ts";
import { parseCommand, UsageError, runCommand } from "../command.ts";
import { closeRequest, mergeRequest } from "../../features/requests/decide.ts";
import { githubOf, statusOf } from "../../features/requests/github.ts";
import type { Pull } from "../../features/requests/github.ts";
import { openRequest } from "../../features/requests/open.ts";
import { prove, requireProof, requireRecent } from "../../features/requests/proof.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { ACTIONS, readRequest, REQUEST_ID } from "../../features/requests/request.ts";
import type { Action, Request } from "../../features/requests/request.ts";
import { send } from "../../features/requests/send.ts";

const USAGE = `usage: npm run request -- create|pause|resume|decommission --file FILE --proof PROOF [--deadline TIME] [--base BRANCH] [--root DIR]
       npm run request -- merge --id ID --head COMMIT [--root DIR]
       npm run request -- close --id ID --why TEXT
       npm run request -- sign create|pause|resume|decommission --file FILE --key FILE
       npm run request -- send create|pause|resume|decommission --file FILE --key FILE --to ADDRESS

Steps of a request to change a tenant (docs/n8n.md). Each can be taken twice. Exit status: 0 fine, 1 refused or failed, 2 wrong usage.

  create …     checks the request and who asks, changes the tenant's file on branch request/<id>, and opens a pull request
  merge        merges it when the person whom the request names approved its commit in time and all checks passed
  close        closes it without a merge, and removes the branch
  sign         prints the proof that its requester asks, which is good for an hour
  send         signs a request, and hands it to n8n with ODOO_SAAS_REQUEST_SECRET

  --file FILE      the request, JSON; - is standard input
  --key FILE       the requester's private key, PEM, whose public half is in requesters.yaml
  --proof PROOF    what "sign" printed
  --deadline TIME  until when it may be approved, such as 2026-11-23T18:00:00Z; default in 24 hours
  --base BRANCH    default main
  --root DIR       a clone of the repository; default: this project
  --to ADDRESS     n8n's address, such as https://n8n.tbwa.example

GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_API_URL say where pull requests are made and by whom.`;

/** Time to approve a request, in milliseconds, when nothing else is said. */
const DAY = 86_400_000;

const OPTIONS = {
  file: { type: "string" },
  key: { type: "string" },
  proof: { type: "string" },
  deadline: { type: "string" },
  base: { type: "string", default: "main" },
  root: { type: "string", default: join(import.meta.dirname, "..") },
  id: { type: "string" },
  head: { type: "string" },
  why: { type: "string" },
  to: { type: "string" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
  return parseCommand(args, OPTIONS, 2);
}

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parse(args);
  const [step, ...more] = positionals;
  if (step === "send") return sendStep(actionOf(more), values);
  if (step === "sign") return signStep(actionOf(more), values);
  if (step === undefined || more.length > 0)
    throw new UsageError("one step is named, expected create, merge or another");
  if (step === "merge") {
    const id = idOf(values);
    const head = needed("head", values.head);
    const root = resolve(values.root);
    const people = { approvers: approversOf(root), requesters: requestersOf(root) };
    return told(await mergeRequest(githubOf(), { id, head, root, ...people, now: new Date() }));
  }
  if (step === "close") return told(await closeRequest(githubOf(), idOf(values), needed("why", values.why)));
  return openStep(actionOf([step]), values);
}

async function openStep(action: Action, values: Values): Promise<boolean> {
  const now = new Date();
  const deadline = values.deadline === undefined ? new Date(now.getTime() + DAY) : new Date(values.deadline);
  if (Number.isNaN(deadline.getTime()))
    throw new UsageError("--deadline is no time, expected one such as 2026-11-23T18:00:00Z");
  const { request } = requestIn(action, values);
  const proof = needed("proof", values.proof);
  requireRecent(requireProof(request, proof, requestersOf(values.root)), now);
  const opening = { proof, root: resolve(values.root), base: values.base, deadline, now };
  return told(await openRequest(githubOf(), request, opening));
}

function signStep(action: Action, values: Values): true {
  console.log(prove(requestIn(action, values).request, keyOf(values), new Date()));
  return true;
}

async function sendStep(action: Action, values: Values): Promise<boolean> {
  const secret = process.env["ODOO_SAAS_REQUEST_SECRET"] ?? "";
  if (secret === "")
    throw new UsageError("ODOO_SAAS_REQUEST_SECRET is not set, expected the secret that n8n knows too");
  const { request, text: body } = requestIn(action, values);
  const proof = prove(request, keyOf(values), new Date());
  console.log(await send(needed("to", values.to), { action, body, proof, secret }));
  return true;
}

function actionOf(words: readonly string[]): Action {
  const [word] = words;
  const action = ACTIONS.find((known) => known === word);
  if (action === undefined || words.length !== 1) {
    throw new UsageError(
      `${word ?? "nothing"} is no step, expected one of ${ACTIONS.join(", ")}, merge, close, sign, send`,
    );
  }
  return action;
}

/** The request of `--file`, checked, and its text. */
function requestIn(action: Action, values: Values): { readonly request: Request; readonly text: string } {
  const { name, text } = requestFile(values);
  const read = readRequest(action, name, text, approversOf(values.root));
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return { request: read.request, text };
}

function keyOf(values: Values): string {
  const file = needed("key", values.key);
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new RequestRefusal(`${file} cannot be read, expected the requester's private key`);
  }
}

function requestFile(values: Values): { readonly name: string; readonly text: string } {
  const file = needed("file", values.file);
  const name = file === "-" ? "request.json" : file;
  try {
    return { name, text: readFileSync(file === "-" ? 0 : file, "utf8") };
  } catch {
    throw new RequestRefusal(`${file} cannot be read, expected a request as JSON`);
  }
}

function approversOf(root: string): readonly string[] {
  const read = readApprovers(resolve(root));
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return read.approvers;
}

function requestersOf(root: string): Requesters {
  const read = readRequesters(resolve(root));
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return read.requesters;
}

function idOf(values: Values): string {
  const id = needed("id", values.id);
  if (!REQUEST_ID.test(id)) throw new UsageError("--id is no request's id");
  return id;
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined || value === "") throw new UsageError(`--${name} is missing`);
  return value;
}

function told(pull: Pull): true {
  console.log(JSON.stringify(pull));
  return true;
}

/** In a workflow's log, what went wrong is an error, one a line and, where it is in a file, at its place. */
function annotate(error: Error): void {
  if (process.env["GITHUB_ACTIONS"] !== "true") return;
  const found = error instanceof RequestRefusal ? error.diagnostics : [];
  // With its place in the message too: who reads the log sees nothing else.
  const annotations = found.map((diagnostic) => ({
    ...annotationOf(diagnostic),
    message: formatDiagnostic(diagnostic),
  }));
  const lines = error.message.split("\n").map((message) => ({ level: "error", title: "Request", message }) as const);
  for (const annotation of found.length > 0 ? annotations : lines) console.log(formatAnnotation(annotation));
}

await runCommand(USAGE, async (args) => {
  try {
    return await main(args);
  } catch (error) {
    const status = statusOf(error);
    const why = error instanceof Error ? error.message : String(error);
    const told = status === undefined ? error : new RequestRefusal(`GitHub answered ${status}: ${why}`, "failed");
    if (told instanceof Error && !(told instanceof UsageError)) annotate(told);
    throw told;
  }
});
