import { attestedReleases } from "./attestedReleases.ts";
import { brokerSecurity } from "./brokerSecurity.ts";
import { certificateScope } from "./certificateScope.ts";
import { clientSecurity } from "./clientSecurity.ts";
import { consoleClients } from "./consoleClients.ts";
import { dataIsProtected } from "./dataIsProtected.ts";
import { databasePerTenant } from "./databasePerTenant.ts";
import { databaseRoles } from "./databaseRoles.ts";
import { gatewayListeners } from "./gatewayListeners.ts";
import { hostNames } from "./hostNames.ts";
import { imagesByDigest } from "./imagesByDigest.ts";
import { knownNames } from "./knownNames.ts";
import { knownProperties } from "./knownProperties.ts";
import { knownTypes } from "./knownTypes.ts";
import { labelsRequired } from "./labelsRequired.ts";
import { namespaceDefaultDeny } from "./namespaceDefaultDeny.ts";
import { namespacePodSecurity } from "./namespacePodSecurity.ts";
import { namespaceQuotas } from "./namespaceQuotas.ts";
import { networkPolicyScope } from "./networkPolicyScope.ts";
import { noCrossTenantGrants } from "./noCrossTenantGrants.ts";
import { noLiteralSecrets } from "./noLiteralSecrets.ts";
import { noOfflineTokens } from "./noOfflineTokens.ts";
import { noPublicPrivileges } from "./noPublicPrivileges.ts";
import { noServiceAccountTokens } from "./noServiceAccountTokens.ts";
import { podConfiguration } from "./podConfiguration.ts";
import { providerConnections } from "./providerConnections.ts";
import { realmPeople } from "./realmPeople.ts";
import { realmPerTenant } from "./realmPerTenant.ts";
import { realmSecurity } from "./realmSecurity.ts";
import { referenceGrantScope } from "./referenceGrantScope.ts";
import { repositoryProtection } from "./repositoryProtection.ts";
import { resourceLimits } from "./resourceLimits.ts";
import { restrictedPods } from "./restrictedPods.ts";
import { routeScope } from "./routeScope.ts";
import { safeExtensions } from "./safeExtensions.ts";
import { sharedNamespaces } from "./sharedNamespaces.ts";
import { sqlIsolation } from "./sqlIsolation.ts";
import { stackSettings } from "./stackSettings.ts";
import { tenantBoundary } from "./tenantBoundary.ts";
import { tenantEgress } from "./tenantEgress.ts";
import { tenantLifecycle } from "./tenantLifecycle.ts";
import { uniqueHosts } from "./uniqueHosts.ts";
import { uniqueObjects } from "./uniqueObjects.ts";
import { watchdog } from "./watchdog.ts";

/** The policies of the pack, as plain objects. */
export const POLICIES = [
  attestedReleases,
  brokerSecurity,
  certificateScope,
  clientSecurity,
  consoleClients,
  dataIsProtected,
  databasePerTenant,
  databaseRoles,
  gatewayListeners,
  hostNames,
  imagesByDigest,
  knownNames,
  knownProperties,
  knownTypes,
  labelsRequired,
  namespaceDefaultDeny,
  namespacePodSecurity,
  namespaceQuotas,
  networkPolicyScope,
  noCrossTenantGrants,
  noLiteralSecrets,
  noOfflineTokens,
  noPublicPrivileges,
  noServiceAccountTokens,
  podConfiguration,
  providerConnections,
  realmPeople,
  realmPerTenant,
  realmSecurity,
  referenceGrantScope,
  repositoryProtection,
  resourceLimits,
  restrictedPods,
  routeScope,
  safeExtensions,
  sharedNamespaces,
  sqlIsolation,
  stackSettings,
  tenantBoundary,
  tenantEgress,
  tenantLifecycle,
  uniqueHosts,
  uniqueObjects,
  watchdog,
];
