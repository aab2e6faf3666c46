import { attest, createKey, isKeyName, KEY_VARIABLE } from "../../features/delivery/attest.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { proposeFiles, writeFiles } from "../../features/delivery/pulls.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { ATTESTATIONS } from "../../policies/lib/attestations.ts";
import { command, log, UsageError } from "../command.ts";
import { asStep } from "../step.ts";

export default command(
  "deploy attest",
  "Sign the state of a staging stack whose smoke tests passed",
  "--stack staging --smoke reports/smoke-staging.json --open",
)
  .description(
    "Signs the state of a staging stack at the end of its smoke tests: release, image digests, results, commit, and hashes of each tenant, " +
      `of each setting that stacks share, and of all files of the program. The key is in ${KEY_VARIABLE} (Ed25519, PKCS#8, PEM).`,
  )
  .option("--stack <stack>", "a stack of staging")
  .option("--smoke <file>", "report of its smoke tests, written by deploy up or deploy smoke")
  .option("--open", `propose the attestation by a pull request; default: only write it to ${ATTESTATIONS}/`)
  .option(
    "--new-key <name>",
    `instead: make a pair of keys, the public half in ${ATTESTATIONS}/keys/<name>.pem, the private half on standard output`,
  )
  .action(({ stack, smoke, open = false, newKey }) =>
    asStep("attestation", async () => {
      if (newKey !== undefined) {
        printNewKey(newKey);
        return;
      }
      if (stack === undefined || smoke === undefined) throw new UsageError("--stack and --smoke are required");
      const proposal = attest(PROJECT_ROOT, stack, smoke);
      const written = Object.keys(proposal.files).join(", ");
      if (open) {
        const { url } = await proposeFiles(PROJECT_ROOT, GitHub.fromEnvironment(), proposal);
        log(`Proposed ${written}: ${url}`);
      } else {
        writeFiles(PROJECT_ROOT, proposal.files);
        log(`Wrote ${written}`);
      }
    }),
  );

function printNewKey(name: string): void {
  if (!isKeyName(name)) throw new UsageError("--new-key is not a valid name, expected one such as staging-2026");
  const { file, id, privateKey } = createKey(PROJECT_ROOT, name);
  process.stdout.write(privateKey);
  console.error(
    `${file} is key ${id}. Store the private half in the secret ${KEY_VARIABLE} of environment staging, and nowhere else.`,
  );
}
