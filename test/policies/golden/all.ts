import type { Breaks } from "./breaks.ts";
import { CONFIGURATION } from "./configuration.ts";
import { LIFECYCLE } from "./lifecycle.ts";
import { NETWORK } from "./network.ts";
import { OBJECTS } from "./objects.ts";
import { PROPERTIES } from "./properties.ts";
import { REALMS } from "./realms.ts";
import { RELEASED } from "./released.ts";
import { REPOSITORY } from "./repository.ts";
import { SERVERS } from "./servers.ts";
import { WORKLOAD_BREAKS } from "./workloads.ts";

/** All ways in which the golden graphs are broken. */
export const BREAKS: Breaks = {
  ...SERVERS,
  ...REALMS,
  ...WORKLOAD_BREAKS,
  ...NETWORK,
  ...OBJECTS,
  ...PROPERTIES,
  ...CONFIGURATION,
  ...LIFECYCLE,
  ...REPOSITORY,
  ...RELEASED,
};
