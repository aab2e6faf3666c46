import { appendFileSync } from "node:fs";

/**
 * Sets an output of the step that runs this process. Does nothing outside of a workflow.
 *
 * @param value one line
 */
export function setOutput(name: string, value: string): void {
  const { GITHUB_OUTPUT: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${name}=${value}\n`);
}
