import type { Database } from "../database/connect.ts";
import type { Realms } from "./auth/realms.ts";
import type { Sessions } from "./auth/sessions.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Project } from "./project/project.ts";
import type { Settings } from "./settings.ts";

/** What routes work with. */
export interface Services {
  readonly settings: Settings;
  readonly database: Database;
  readonly realms: Realms;
  readonly sessions: Sessions;
  readonly project: Project;
  readonly log: Log;
  readonly metrics: Metrics;
}
