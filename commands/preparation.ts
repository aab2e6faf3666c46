/** Makes ready what a command's programs need. */
export type Preparation = () => Promise<void>;

let preparation: Preparation | undefined;

/** Has a command that this process is about to run wait for `prepare` before its work. */
export function prepareWith(prepare: Preparation): void {
  preparation = prepare;
}

/**
 * Waits until the programs that a command runs are on the PATH. A command calls it when it has judged its arguments, so that `--help` and
 * a wrong call are answered at once. Does nothing unless the command was started by way of `sandbox/tool.ts` or `sandbox/withTools.ts`.
 *
 * @throws UserError when they cannot be had
 */
export async function prepared(): Promise<void> {
  await preparation?.();
}
