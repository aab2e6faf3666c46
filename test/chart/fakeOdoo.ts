// Stands in for `odoo` in the tests of the chart's scripts: writes its arguments to TEST_LOG, and marks the modules of
// --init as installed in TEST_DATABASE, if they are in TEST_IMAGE_MODULES; like Odoo, it passes over those that are not.
import { appendFileSync, readFileSync } from "node:fs";
import pg from "pg";

const args = process.argv.slice(2);
const env = (name: string) => process.env[name] ?? "";
const shell = args[0] === "shell" ? ` < ${readFileSync(0, "utf8").split("\n").length} lines` : "";
appendFileSync(env("TEST_LOG"), `odoo ${args.join(" ")}${shell}\n`);

if (env("TEST_ODOO_FAILS") !== "" && args.join(" ").includes(env("TEST_ODOO_FAILS"))) {
  console.error("odoo: failed");
  process.exit(1);
}
const init = args.find((argument) => argument.startsWith("--init="))?.slice("--init=".length);
if (init !== undefined) {
  const client = new pg.Client(JSON.parse(env("TEST_DATABASE")) as pg.ClientConfig);
  await client.connect();
  // Odoo 18's tables, as far as the scripts read them.
  await client.query(`
    CREATE TABLE IF NOT EXISTS ir_module_module (id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, state varchar);
    CREATE TABLE IF NOT EXISTS ir_config_parameter (
      id serial PRIMARY KEY, key varchar NOT NULL CONSTRAINT ir_config_parameter_key_uniq UNIQUE, value text NOT NULL,
      create_uid int, create_date timestamp, write_uid int, write_date timestamp)`);
  const image = env("TEST_IMAGE_MODULES").split(",");
  await client.query(
    "INSERT INTO ir_module_module (name, state) SELECT DISTINCT unnest($1::text[]), 'installed' ON CONFLICT (name) DO NOTHING",
    [init.split(",").filter((name) => image.includes(name))],
  );
  await client.end();
}
