import { writeFileSync } from "node:fs";
import { ACKNOWLEDGEMENT, renderComment } from "../../features/delivery/comment.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { readPreview } from "../../features/delivery/previewFiles.ts";
import { publishComment } from "../../features/delivery/publishComment.ts";
import { command, log } from "../command.ts";
import { asStep } from "../step.ts";
import { GITHUB_VARIABLES } from "./github.ts";

export default command("ci comment", "Comment a pull request's preview", "--changes changes.json --plans artifacts")
  .description(
    "Writes the preview comment of the pull request that has the changes' commit as its head: what changes for each tenant, what policies " +
      `report, and what it costs. Fails if data would be lost and the pull request has no label ${ACKNOWLEDGEMENT}. ${GITHUB_VARIABLES}`,
  )
  .requiredOption("--changes <file>", "written by ci changes")
  .requiredOption("--plans <folder>", "written by ci preview")
  .option("--print", "print the comment, without GitHub")
  .option("--out <file>", "also write the whole comment, of which GitHub may take a shortened form only")
  .action(({ changes, plans, print, out }) =>
    asStep("comment", async () => {
      const preview = readPreview(changes, plans);
      const whole = renderComment(preview);
      if (out !== undefined) writeFileSync(out, whole);
      if (print === true) log(whole);
      else await publishComment(GitHub.fromEnvironment(), preview, log);
    }),
  );
