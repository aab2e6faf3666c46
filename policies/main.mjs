// Pulumi's runner of policy packs always puts ts-node before require(); an import goes past it, and Node runs the
// TypeScript as it is. The first import must come before what loads the SDK.
import "./lib/stubPulumiSdk.ts";
import "./index.ts";
import { flushCompileCache } from "node:module";

// The engine ends the pack without letting it exit, and with it goes what Node compiled and would keep then.
flushCompileCache();
