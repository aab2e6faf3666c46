import { companiesFile, knownPayers, pricedPlans, pricePrecision } from "./billing.ts";
import { archivedIds, releaseNeedsRecord } from "./lifecycle.ts";
import {
  bundleClosure,
  bundleExclusions,
  bundleFeatures,
  bundleOutside,
  bundlePins,
  bundleSmoke,
} from "./bundleModules.ts";
import { chartOfCountry, countryOfBooks } from "./company.ts";
import { egressModules } from "./egress.ts";
import {
  customHostNames,
  gatewayRoom,
  identityProviderHosts,
  platformHostNames,
  uniqueHosts,
  zoneNames,
  zoneTeams,
} from "./hosts.ts";
import { distinctNames, reservedIds, serverNames } from "./names.ts";
import { knownBundles, knownModels, modelsOfBundles, knownPlans, knownReleases } from "./references.ts";
import { cellCapacity, planSizes } from "./sizes.ts";
import { tenantModules } from "./tenantModules.ts";
import type { Rule } from "./rule.ts";

/**
 * Every rule across files, in no particular order: what they find is sorted by position. Each is a function from
 * everything that could be read to what is wrong, so that all of it is reported at once; a file with errors of its own is
 * not held against the files that name it.
 */
export const RULES: readonly Rule[] = [
  reservedIds,
  serverNames,
  archivedIds,
  releaseNeedsRecord,
  knownBundles,
  knownPlans,
  knownReleases,
  knownModels,
  modelsOfBundles,
  uniqueHosts,
  customHostNames,
  platformHostNames,
  identityProviderHosts,
  zoneNames,
  zoneTeams,
  gatewayRoom,
  distinctNames,
  cellCapacity,
  tenantModules,
  egressModules,
  chartOfCountry,
  countryOfBooks,
  bundleFeatures,
  bundlePins,
  bundleOutside,
  bundleClosure,
  bundleExclusions,
  bundleSmoke,
  planSizes,
  companiesFile,
  knownPayers,
  pricedPlans,
  pricePrecision,
];
