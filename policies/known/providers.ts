import { HARMLESS, judgedBy, only, partsOf, text } from "../lib/known.ts";
import { PROVIDER } from "../lib/types.ts";

const CONNECTION = judgedBy("provider-connections");
/** What the engine adds: the version of the package that the resource types come from. */
const version = text(/^\d+\.\d+\.\d+[\w.+-]*$/, "a version");
const SECONDS = text(/^\d{1,3}$/, "seconds");

/** Connections to the servers. Whatever else could lead them elsewhere, such as a tunnel, a proxy, or another way to log in, is not known. */
export const PROVIDERS = partsOf("policies/known/providers.ts", {
  [PROVIDER.postgresql]: {
    host: CONNECTION,
    port: CONNECTION,
    database: CONNECTION,
    username: CONNECTION,
    password: HARMLESS,
    sslmode: CONNECTION,
    superuser: CONNECTION,
    connectTimeout: SECONDS,
    version,
  },
  [PROVIDER.keycloak]: {
    url: CONNECTION,
    realm: CONNECTION,
    clientId: CONNECTION,
    clientSecret: HARMLESS,
    clientTimeout: SECONDS,
    initialLogin: only("true", "false"),
    tlsInsecureSkipVerify: CONNECTION,
    version,
  },
  [PROVIDER.kubernetes]: {
    // A secret, which nothing can be compared with.
    kubeconfig: HARMLESS,
    context: CONNECTION,
    clusterIdentifier: CONNECTION,
    enableConfigMapMutable: only("true"),
    enableSecretMutable: only("true"),
    kubeClientSettings: text(/^\{"qps":\d+,"burst":\d+\}$/, "qps and burst"),
    version,
  },
  [PROVIDER.github]: {
    owner: CONNECTION,
    baseUrl: CONNECTION,
    token: HARMLESS,
    insecure: CONNECTION,
    parallelRequests: HARMLESS,
    writeDelayMs: HARMLESS,
    version,
  },
});
