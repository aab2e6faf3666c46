import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runPulumi } from "../../lib/pulumi.ts";
import type { Instance } from "../instance.ts";
import { hasStack, POLICY_ARGUMENTS, pulumiEnv, STACK, stackFile, temporaryFolder } from "../stack.ts";
import { ensureToolchain } from "../toolchain/ensure.ts";
import { waitUntilUnlocked } from "./deployment.ts";
import { firstErrorLine, runCommand } from "./program.ts";
import type { Check, CheckedTree, CheckResult } from "./requestProcess.ts";

/**
 * The checks that CI has of a request's pull request, made on this machine.
 *
 * @param folder gets what commands print
 * @param envOf the environment of commands for a person
 */
export function sandboxChecks(
  instance: Instance,
  folder: string,
  envOf: (actor: string) => NodeJS.ProcessEnv,
): readonly Check[] {
  return [
    { name: "validate", run: (checked) => validate(instance, checked, join(folder, "validate.log"), envOf) },
    { name: "preview", run: (checked) => preview(instance, checked) },
  ];
}

/** As `.github/workflows/preview.yml` does. */
async function validate(
  { checkout }: Instance,
  { tree, base, request }: CheckedTree,
  file: string,
  envOf: (actor: string) => NodeJS.ProcessEnv,
): Promise<CheckResult> {
  const args = ["ci", "validate", "--root", tree, "--base", base];
  const env = envOf(request.onBehalfOf ?? request.requester);
  const { status, text } = await runCommand(checkout, args, { file, cwd: tree, env });
  return status === 0
    ? { conclusion: "success", title: "All files are valid.", summary: text }
    : { conclusion: "failure", title: firstErrorLine(text), summary: text };
}

/** What an update of the sandbox with the proposed file would do. Nothing is changed, and secrets are masked. */
async function preview(instance: Instance, { tree }: CheckedTree): Promise<CheckResult> {
  if (!hasStack(instance) || !existsSync(stackFile(instance))) {
    const title = "The sandbox was not brought up yet: there is nothing to compare with.";
    return { conclusion: "neutral", title, summary: title };
  }
  await waitUntilUnlocked(instance.home);
  const toolchain = await ensureToolchain(["core"]);
  copyFileSync(stackFile(instance), join(tree, `Pulumi.${STACK}.yaml`));
  // A checkout whose own is a link, which git does not ignore, has it in the tree.
  rmSync(join(tree, "node_modules"), { force: true });
  symlinkSync(join(instance.checkout, "node_modules"), join(tree, "node_modules"));
  mkdirSync(join(instance.home, "run"), { recursive: true });
  const tmp = temporaryFolder(instance);
  try {
    const args = ["preview", "--stack", STACK, "--suppress-outputs", "--color", "never", ...POLICY_ARGUMENTS];
    const { status, stdout, stderr } = await runPulumi(args, {
      program: toolchain.bin["pulumi"],
      cwd: tree,
      env: { ...pulumiEnv(instance, toolchain), TMPDIR: tmp },
    });
    const text = withoutProgress(stripVTControlCharacters(`${stdout}\n${stderr}`.trim()));
    return status === 0
      ? { conclusion: "success", title: changesOf(text), summary: text }
      : { conclusion: "failure", title: firstErrorLine(text), summary: text };
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
}

/** What Pulumi prints without its dots, which say no more than that it is at work. */
function withoutProgress(text: string): string {
  return text.replaceAll(/^(?:@ previewing update\.+|Loading policy packs\.{3}: \w+)\n/gim, "");
}

/** Pulumi's own count of changes, on one line. */
function changesOf(text: string): string {
  const lines = text.slice(text.lastIndexOf("Resources:")).split("\n").slice(1);
  const counts = lines.map((line) => line.trim()).filter((line) => /^[-+~±] ?\d+ to |^\d+ unchanged/.test(line));
  return counts.length === 0 ? "The preview succeeded." : counts.join(", ");
}
