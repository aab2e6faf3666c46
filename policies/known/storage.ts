import { HARMLESS, judgedBy, only, Part, text } from "../lib/known.ts";
import { K8S } from "../lib/types.ts";
import { objectsOf } from "./metadata.ts";

const FILE = "policies/known/storage.ts";

/** A claim gets a new volume of a class: it names none that exists, and no files that it would begin with. */
export const CLAIM = new Part(FILE, {
  accessModes: [only("ReadWriteOnce", "ReadWriteMany")],
  resources: { requests: { storage: HARMLESS } },
  storageClassName: HARMLESS,
});

/** A program or a query that pods run. */
const SCRIPT = judgedBy("no-literal-secrets");

/** Volume claims, Secrets and ConfigMaps. */
export const STORAGE = objectsOf(FILE, {
  [K8S.volumeClaim]: { spec: CLAIM },
  [K8S.secret]: {
    // Other types are read by controllers and by the API server itself: tokens, bootstrap tokens, registries, certificates.
    type: only("Opaque"),
    stringData: judgedBy("pod-configuration"),
    // The same in Base64, as the provider passes it on.
    data: judgedBy("pod-configuration"),
  },
  [K8S.configMap]: {
    data: {
      revision: text(/^[0-9a-f]{16}$/, "a release's revision"),
      ...Object.fromEntries(
        [
          ...["init.sh", "company.py", "settle.py", "oidc.py", "indexes.sql", "serve.py", "session.sh", "backup.sh"],
          ...["rows.awk", "metrics.py", "metrics.sql", "server.py", "watchdog.py"],
        ].map((name) => [name, SCRIPT]),
      ),
    },
  },
});
