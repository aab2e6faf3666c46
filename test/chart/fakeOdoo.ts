// Stands in for `odoo` in the tests of the chart's scripts: writes its arguments to TEST_LOG, and marks the modules of
// --init as installed in TEST_DATABASE, if they are in TEST_IMAGE_MODULES; like Odoo, it passes over those that are not.
// TEST_ODOO_ALONE: fails when another Odoo is connected. TEST_ODOO_RETURNS: one of this name connects while it upgrades.
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
const connection = JSON.parse(env("TEST_DATABASE")) as pg.ClientConfig;
if (env("TEST_ODOO_ALONE") !== "") {
  const client = new pg.Client(connection);
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "SELECT application_name AS name FROM pg_stat_activity WHERE application_name ~ '^odoo-' AND application_name !~ '^odoo-saas/'",
  );
  await client.end();
  if (rows.length > 0) throw new Error(`connected besides: ${rows.map(({ name }) => name).join(", ")}`);
}
if (env("TEST_ODOO_RETURNS") !== "" && args.some((argument) => argument.startsWith("--update="))) {
  const client = new pg.Client({ ...connection, application_name: env("TEST_ODOO_RETURNS") });
  const ended = new Promise((resolve) => void client.on("error", resolve));
  await client.connect();
  await ended;
  appendFileSync(env("TEST_LOG"), `${env("TEST_ODOO_RETURNS")} was ended\n`);
}
const init = args.find((argument) => argument.startsWith("--init="))?.slice("--init=".length);
if (init !== undefined) {
  const client = new pg.Client(connection);
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
