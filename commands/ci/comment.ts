import { parseCommand, UsageError } from "../command.ts";
import { MAIN_BRANCH } from "../../config/names.ts";
import { lossesOf, ACKNOWLEDGEMENT, MARKER, renderComment } from "../../features/delivery/comment.ts";
import { runStep } from "../step.ts";
import { DeliveryError } from "../../features/delivery/errors.ts";
import { GitHub } from "../../features/delivery/github.ts";
import { readPreview } from "../../features/delivery/previewFiles.ts";

const USAGE = `usage: npm run ci:comment -- --changes FILE --plans FOLDER [--print]

Writes the one comment of the pull request whose head is the commit of the changes: what each tenant gets, what policies say, what it costs. Then refuses when data
would be lost and the pull request has no label ${ACKNOWLEDGEMENT}. Exit status: 0 fine, 1 refused or failed, 2 wrong usage.

  --changes FILE   written by npm run ci:changes
  --plans FOLDER   written by npm run ci:preview
  --print          prints the comment, and asks nothing of GitHub

GitHub is found by GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN.`;

await runStep(USAGE, "comment", async (args) => {
  const { values } = parseCommand(args, {
    changes: { type: "string" },
    plans: { type: "string" },
    print: { type: "boolean", default: false },
  });
  const { changes, plans, print } = values;
  if (changes === undefined || plans === undefined) throw new UsageError("--changes and --plans are needed");
  const preview = readPreview(changes, plans);
  const body = renderComment(preview);
  if (print) {
    console.log(body);
    return true;
  }
  const github = GitHub.fromEnvironment();
  const { head } = preview.changes;
  const pull = await github.pullOf(head, MAIN_BRANCH);
  if (pull === undefined) {
    throw new DeliveryError(
      `No open pull request to ${MAIN_BRANCH} has commit ${head.slice(0, 7)} as its head any more: what was pushed since is previewed by itself`,
      "comment",
    );
  }
  await github.upsertComment(pull, MARKER, body);
  console.log(`Commented on pull request ${pull}.`);
  const losses = lossesOf(preview.plans);
  if (losses.length === 0 || (await github.hasLabel(pull, ACKNOWLEDGEMENT))) return true;
  const what = [...new Set(losses.map(({ stack, tenant }) => `${tenant} in ${stack}`))].join(", ");
  throw new DeliveryError(
    `Data of ${what} would be lost, and pull request ${pull} has no label ${ACKNOWLEDGEMENT}: look at the comment, and set the label if that is meant`,
    "acknowledgement",
  );
});
