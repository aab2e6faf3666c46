import { UserError } from "../../lib/userError.ts";

/** Runbook of everything that can go wrong with the image. */
export const IMAGE_RUNBOOK = "docs/runbooks/image.md";

/** The image cannot be built, or is not what it should be; the message is for people and complete. */
export class ImageError extends UserError {
  override readonly name = "ImageError";

  /**
   * @param title what is wrong, one line
   * @param problems each of what is wrong: `<file>: <what is wrong>, expected <what would be right>`
   * @param section of the runbook
   */
  constructor(title: string, problems: readonly string[], section: string) {
    super([`${title}:`, ...problems.map((each) => `  ${each}`), `See ${IMAGE_RUNBOOK}#${section}`].join("\n"));
  }
}
