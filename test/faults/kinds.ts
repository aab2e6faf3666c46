import { credentialRotated, credentialRotatedAfterKill } from "./credentialFaults.ts";
import { engineKilled, languageHostKilled, providerKilled } from "./processFaults.ts";
import { CONNECTION_FAULTS, SERVICE_FAULTS } from "./serviceFaults.ts";
import type { Fault } from "./stage.ts";
import { diskFull, fileLimit, twoUpdates } from "./stateFaults.ts";

/** All kinds of faults by name. */
export const FAULTS = {
  "engine killed": engineKilled,
  "language host killed": languageHostKilled,
  "provider killed": providerKilled,
  ...SERVICE_FAULTS,
  ...CONNECTION_FAULTS,
  "disk full": diskFull,
  "file limit": fileLimit,
  "two updates": twoUpdates,
  "credential changed": credentialRotated,
  "credential changed after a kill": credentialRotatedAfterKill,
} satisfies Readonly<Record<string, Fault>>;
