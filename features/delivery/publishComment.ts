import { MAIN_BRANCH } from "../../config/names.ts";
import { fitBody, thisRun } from "./boundedText.ts";
import { ACKNOWLEDGEMENT, lossesOf, MARKER, renderComment } from "./comment.ts";
import type { Preview } from "./comment.ts";
import { DeliveryError } from "./deliveryError.ts";
import type { GitHub } from "./github.ts";

/** Name of the workflow's artifact with the whole comment, which GitHub may be too small for. */
const COMMENT_ARTIFACT = "comment";

/**
 * Writes the one comment of the pull request with the previewed commit as its head.
 *
 * @throws DeliveryError if no pull request has that head, or if data would be lost without the label {@link ACKNOWLEDGEMENT}
 */
export async function publishComment(github: GitHub, preview: Preview, log: (line: string) => void): Promise<void> {
  const { head } = preview.changes;
  const pull = await github.pullOf(head, MAIN_BRANCH);
  if (pull === undefined) {
    throw new DeliveryError(
      `No open pull request to ${MAIN_BRANCH} has commit ${head.slice(0, 7)} as its head: newer commits have their own preview`,
      "comment",
    );
  }
  const whole = `in the artifact \`${COMMENT_ARTIFACT}\` of ${thisRun()}`;
  await github.upsertComment(
    pull,
    MARKER,
    fitBody((limit) => renderComment(preview, limit), whole),
  );
  log(`Commented on pull request ${pull}.`);
  const losses = lossesOf(preview.plans);
  if (losses.length === 0 || (await github.hasLabel(pull, ACKNOWLEDGEMENT))) return;
  const lost = [...new Set(losses.map(({ stack, tenant }) => `${tenant} in ${stack}`))].join(", ");
  throw new DeliveryError(
    `Data of ${lost} would be lost, and pull request ${pull} has no label ${ACKNOWLEDGEMENT}: read the comment, and set the label if the loss is intended`,
    "acknowledgement",
  );
}
