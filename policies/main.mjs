// Pulumi's runner of policy packs always puts ts-node before require(); an import goes past it, and Node runs the
// TypeScript as it is.
import "./index.ts";
