import { safeExtensions } from "../../policies/safeExtensions.ts";
import { add } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { sql } from "./support/grants.ts";

describePolicy(safeExtensions, {
  breaches: ["dblink", "postgres_fdw", "file_fdw", "plpython3u", "adminpack", undefined].map((name): Breach => [
    `extension ${String(name)}`,
    add(sql("Extension", { name })),
    "extra",
    /name is .*expected one of unaccent, pg_trgm/,
  ]),
  tolerated: [
    ["unaccent", add(sql("Extension"))],
    ["pg_trgm", add(sql("Extension", { name: "pg_trgm" }))],
  ],
  guarded: [],
});
