import { resolve } from "node:path";
import { Argument, InvalidArgumentError } from "@commander-js/extra-typings";
import { formatDiagnostic } from "../../config/index.ts";
import { closeRequest, mergeRequest } from "../../features/requests/decide.ts";
import { githubOf, statusOf } from "../../features/requests/github.ts";
import { readKey, readPeople, readRequestFile } from "../../features/requests/inputs.ts";
import { openRequest } from "../../features/requests/open.ts";
import { prove, requireProof, requireRecent } from "../../features/requests/proof.ts";
import { RequestRefusal } from "../../features/requests/refusal.ts";
import { ACTIONS, REQUEST_ID } from "../../features/requests/request.ts";
import type { Action } from "../../features/requests/request.ts";
import { send } from "../../features/requests/send.ts";
import { annotationOf, formatAnnotation } from "../../lib/githubAnnotations.ts";
import { command, log, UsageError } from "../command.ts";
import { rootOption } from "../options.ts";
import { isInWorkflow } from "../step.ts";

/** Default time to approve a request, in milliseconds. */
const DAY = 86_400_000;

const FILE = ["--file <file>", "the request as JSON; - is standard input"] as const;
const KEY = ["--key <file>", "the requester's private key, PEM; requesters.yaml has its public half"] as const;
const GITHUB =
  "GITHUB_REPOSITORY, GITHUB_TOKEN and GITHUB_API_URL name the repository and the account of pull requests.";

export default ACTIONS.map(openCommand)
  .reduce(
    (group, each) => group.addCommand(each),
    command("tenant request", "Process a request to change a tenant", "sign pause --file request.json --key key.pem"),
  )
  .description(
    `Processes a request to change a tenant, step by step (docs/n8n.md). Each step can be repeated. ${GITHUB}`,
  )
  .addCommand(
    command("tenant request merge", "Merge the pull request of a request", "--id 20261122-acme-pause --head <commit>")
      .description(
        `Merges a request's pull request if the approver that it names approved its commit in time and all checks passed. ${GITHUB}`,
      )
      .requiredOption("--id <id>", "the request's id", idOf)
      .requiredOption("--head <commit>", "the commit that was approved", filled)
      .addOption(rootOption("a clone of the repository"))
      .action(({ id, head, root }) =>
        takeStep(async () => {
          const clone = resolve(root);
          const decision = { id, head, root: clone, ...readPeople(clone), now: new Date() };
          return JSON.stringify(await mergeRequest(githubOf(), decision));
        }),
      ),
  )
  .addCommand(
    command(
      "tenant request close",
      "Close the pull request of a request",
      '--id 20261122-acme-pause --why "It expired."',
    )
      .description(`Closes a request's pull request without a merge, and removes its branch. ${GITHUB}`)
      .requiredOption("--id <id>", "the request's id", idOf)
      .requiredOption("--why <text>", "the reason", filled)
      .action(({ id, why }) => takeStep(async () => JSON.stringify(await closeRequest(githubOf(), id, why)))),
  )
  .addCommand(
    command("tenant request sign", "Print a requester's proof of a request", "pause --file request.json --key key.pem")
      .description("Prints the proof that a request's requester makes it. The proof is valid for an hour.")
      .addArgument(new Argument("<action>", "the requested action").choices(ACTIONS))
      .requiredOption(...FILE)
      .requiredOption(...KEY)
      .addOption(rootOption("approvers.yaml"))
      .action((action, { file, key, root }) =>
        takeStep(() => prove(readRequestFile(action, file, resolve(root)).request, readKey(key), new Date())),
      ),
  )
  .addCommand(
    command(
      "tenant request send",
      "Sign a request and send it to n8n",
      "pause --file request.json --key key.pem --to https://n8n.tbwa.example",
    )
      .description("Signs a request and sends it to n8n, with the secret in ODOO_SAAS_REQUEST_SECRET.")
      .addArgument(new Argument("<action>", "the requested action").choices(ACTIONS))
      .requiredOption(...FILE)
      .requiredOption(...KEY)
      .requiredOption("--to <address>", "n8n's address, such as https://n8n.tbwa.example", filled)
      .addOption(rootOption("approvers.yaml"))
      .action((action, { file, key, to, root }) =>
        takeStep(() => {
          const secret = process.env["ODOO_SAAS_REQUEST_SECRET"] ?? "";
          if (secret === "")
            throw new UsageError("ODOO_SAAS_REQUEST_SECRET is not set, expected the secret that n8n also has");
          const { request, text: body } = readRequestFile(action, file, resolve(root));
          return send(to, { action, body, proof: prove(request, readKey(key), new Date()), secret });
        }),
      ),
  );

/** The command that opens the pull request of an action. */
function openCommand(action: Action) {
  return command(
    `tenant request ${action}`,
    `Open a pull request to ${action} a tenant`,
    "--file request.json --proof <proof>",
  )
    .description(
      `Checks a request to ${action} a tenant and its requester, changes the tenant's file on branch request/<id>, and opens a pull request. ` +
        GITHUB,
    )
    .requiredOption(...FILE)
    .requiredOption("--proof <proof>", "the output of tenant request sign", filled)
    .option(
      "--deadline <time>",
      "time at which approval expires, such as 2026-11-23T18:00:00Z; default: in 24 hours",
      timeOf,
    )
    .option("--base <branch>", "base branch of the pull request", "main")
    .addOption(rootOption("a clone of the repository"))
    .action(({ file, proof, deadline, base, root }) =>
      takeStep(async () => {
        const now = new Date();
        const clone = resolve(root);
        const { request } = readRequestFile(action, file, clone);
        requireRecent(requireProof(request, proof, readPeople(clone).requesters), now);
        const opening = { proof, root: clone, base, deadline: deadline ?? new Date(now.getTime() + DAY), now };
        return JSON.stringify(await openRequest(githubOf(), request, opening));
      }),
    );
}

/** Runs a step and prints its result. In a workflow, errors also become annotations. */
async function takeStep(work: () => Promise<string> | string): Promise<void> {
  try {
    log(await work());
  } catch (error) {
    const status = statusOf(error);
    const reason = error instanceof Error ? error.message : String(error);
    const failure = status === undefined ? error : new RequestRefusal(`GitHub answered ${status}: ${reason}`, "failed");
    if (failure instanceof Error && !(failure instanceof UsageError) && isInWorkflow()) annotate(failure);
    throw failure;
  }
}

/** Prints an annotation for each line of an error, or for each problem in a file, at its place. */
function annotate(error: Error): void {
  const found = error instanceof RequestRefusal ? error.diagnostics : [];
  // The message repeats the place, because readers of the log see nothing else.
  const annotations = found.map((diagnostic) => ({
    ...annotationOf(diagnostic),
    message: formatDiagnostic(diagnostic),
  }));
  const lines = error.message.split("\n").map((message) => ({ level: "error", title: "Request", message }) as const);
  for (const annotation of annotations.length > 0 ? annotations : lines) log(formatAnnotation(annotation));
}

function idOf(value: string): string {
  if (!REQUEST_ID.test(value)) throw new InvalidArgumentError("Expected a request's id.");
  return value;
}

function timeOf(value: string): Date {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError("Expected a time such as 2026-11-23T18:00:00Z.");
  return time;
}

function filled(value: string): string {
  if (value === "") throw new InvalidArgumentError("Expected a value that is not empty.");
  return value;
}
