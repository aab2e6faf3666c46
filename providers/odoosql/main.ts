// Not "@pulumi/pulumi": the whole SDK takes a second and 80 MB more, in each preview.
import { main } from "@pulumi/pulumi/provider/index.js";
import { OdooSqlProvider } from "./provider.ts";

// An engine that is killed cannot stop its providers. What one of them would still do, nobody waits for and nobody notes: it
// ends, and the servers roll its transactions back.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit(1);
}, 1000).unref();

await main(new OdooSqlProvider(), process.argv.slice(2));
