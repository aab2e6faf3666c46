import * as pulumi from "@pulumi/pulumi";
import { OdooSqlProvider } from "./provider.ts";

await pulumi.provider.main(new OdooSqlProvider(), process.argv.slice(2));
