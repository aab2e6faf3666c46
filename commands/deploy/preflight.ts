import type { Finding } from "../../features/preflight/finding.ts";
import { runPreflight } from "../../features/preflight/run.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { command, finish, log } from "../command.ts";
import { useStack } from "../environment.ts";

export default command(
  "deploy preflight",
  "Check that a stack's servers have what docs/security.md asks for",
  "--stack prod",
)
  .description(
    "Inspects a stack's servers with the program's own accounts. Reports what docs/security.md requires of their administrators and is " +
      "missing, with a remedy. Changes nothing, and works before the first update. Lists what it cannot see for a person to check. " +
      "Exit status 1 if something is missing.",
  )
  .option("--stack <stack>", "a stack of Pulumi.<stack>.yaml", "sandbox")
  .option("--json", "print the findings as JSON")
  .action(async ({ stack, json = false }) => {
    await useStack(stack);
    const findings = await runPreflight(PROJECT_ROOT, stack, (line) => console.error(line));
    log(json ? JSON.stringify(findings, undefined, 2) : textOf(findings));
    finish(findings.every(({ state }) => state !== "missing"));
  });

const MARKS = { ok: "ok      ", missing: "MISSING ", unknown: "look at " } as const;

function textOf(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ part, what, state, found, remedy }) => [
    `${MARKS[state]}${part}: ${what} (${found})`,
    ...(remedy === "" ? [] : [`          ${remedy}`]),
  ]);
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  return [
    ...lines,
    `${count("ok")} as docs/security.md asks, ${count("missing")} missing, ${count("unknown")} for a person to look at.`,
  ].join("\n");
}
