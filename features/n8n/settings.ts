import { z } from "zod";

/** What differs between installations, in the node `Settings` of each workflow. Nothing of it is secret. */
export const settingsSchema = z.strictObject({
  /** Address of GitHub's API. */
  githubApi: z.url(),
  /** `owner/name` of the repository that holds the tenants. */
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  /** Branch that the workflow of requests is taken from, and pull requests are for. */
  branch: z.string().min(1),
  /** File names of workflows: of requests, of what checks pull requests on main and has their commit in its title, and of what applies a merge. */
  requestWorkflow: z.string().min(1),
  checkWorkflow: z.string().min(1),
  deployWorkflow: z.string().min(1),
  /** Time to approve a request. */
  approvalMinutes: z.number().positive(),
  /** Time that a run of a workflow may take. */
  runMinutes: z.number().positive(),
  /** Shortest time between two looks. Waits of 65 seconds and more survive a restart of n8n. */
  pollSeconds: z.number().positive(),
  /** Wait before the first repetition of a call that failed; each further one is twice as long. */
  retrySeconds: z.number().positive(),
  /** Most repetitions of one call. */
  retries: z.int().min(0),
  /** Most that the clock of who signs may differ, and for how long a signature is good. */
  signatureSeconds: z.int().positive(),
  /** Where the repository's pages are read. */
  pages: z.url(),
  /** Mattermost's id of the channel for messages. */
  channel: z.string().min(1),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Settings of the files in `workflows/n8n/`. Who installs them sets at least the repository, the pages and the channel. */
export const DEFAULTS: Settings = {
  githubApi: "https://api.github.com",
  repository: "tbwa-example/odoo-saas-platform",
  branch: "main",
  requestWorkflow: "request.yml",
  checkWorkflow: "plan.yml",
  deployWorkflow: "deploy.yml",
  approvalMinutes: 1440,
  runMinutes: 90,
  pollSeconds: 120,
  retrySeconds: 5,
  retries: 6,
  signatureSeconds: 300,
  pages: "https://github.com/tbwa-example/odoo-saas-platform/blob/main",
  channel: "channel-id-of-your-mattermost",
};
