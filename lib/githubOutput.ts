import { appendFileSync } from "node:fs";

/** Page of the workflow's run that this process is in; undefined outside of one. */
export function workflowRunUrl(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

/**
 * Sets an output of the step that runs this process. Does nothing outside of a workflow.
 *
 * @param value one line
 */
export function setOutput(name: string, value: string): void {
  const { GITHUB_OUTPUT: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${name}=${value}\n`);
}
