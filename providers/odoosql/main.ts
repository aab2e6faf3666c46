// Not "@pulumi/pulumi": the whole SDK takes a second and 80 MB more, in each preview.
import { main } from "@pulumi/pulumi/provider/index.js";
import { OdooSqlProvider } from "./provider.ts";

await main(new OdooSqlProvider(), process.argv.slice(2));
