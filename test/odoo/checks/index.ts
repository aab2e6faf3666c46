import type { Check } from "../check.ts";
import { backups } from "./backups.ts";
import { callsHome } from "./callsHome.ts";
import { copies } from "./copies.ts";
import { hangingDatabase } from "./hangingDatabase.ts";
import { install } from "./install.ts";
import { interrupted } from "./interrupted.ts";
import { jobs } from "./jobs.ts";
import { people } from "./people.ts";
import { prints } from "./prints.ts";
import { reports } from "./reports.ts";
import { retail } from "./retail.ts";
import { settings } from "./settings.ts";
import { slowReaders } from "./slowReaders.ts";
import { standIn } from "./standIn.ts";
import { strangers } from "./strangers.ts";
import { upgrade } from "./upgrade.ts";
import { websockets } from "./websockets.ts";

/** What the walk looks at, in this order. */
export const CHECKS: readonly Check[] = [
  install,
  settings,
  strangers,
  people,
  prints,
  slowReaders,
  websockets,
  jobs,
  hangingDatabase,
  upgrade,
  callsHome,
  reports,
  retail,
  backups,
  copies,
  standIn,
  interrupted,
];
