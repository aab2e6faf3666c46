import { flushCompileCache } from "node:module";
// Not "@pulumi/pulumi": the whole SDK takes a second and 80 MB more, in each preview.
import { main } from "@pulumi/pulumi/provider/index.js";
import { endWithParent } from "../../lib/endWithParent.ts";
import { OdooSqlProvider } from "./provider.ts";

// The servers roll back the transactions of a provider that has ended.
endWithParent();

await main(new OdooSqlProvider(), process.argv.slice(2));
// The engine ends the provider without letting it exit, and with it goes what Node compiled and would keep then.
flushCompileCache();
