// Stands in for `odoo` in the tests of the chart's scripts: writes its arguments to TEST_LOG, and marks the modules of
// --init as installed in TEST_DATABASE, if they are in TEST_IMAGE_MODULES; like Odoo, it passes over those that are not.
// TEST_ODOO_WAITS: connects as an Odoo of the init Job and waits until there is a file of this name, which it removes.
// TEST_ODOO_ALONE: fails when another Odoo is connected. TEST_ODOO_RETURNS: one of this name connects while it upgrades.
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

const FILES = join(import.meta.dirname, "../../charts/odoo/files");

/** The chart's script that is on standard input. */
function scriptName(): string {
  const text = readFileSync(0, "utf8");
  return readdirSync(FILES).find((name) => readFileSync(join(FILES, name), "utf8") === text) ?? "an unknown script";
}

const args = process.argv.slice(2);
const env = (name: string) => process.env[name] ?? "";
const shell = args[0] === "shell" ? ` < ${scriptName()}` : "";
appendFileSync(env("TEST_LOG"), `odoo ${args.join(" ")}${shell}\n`);

const call = `${args.join(" ")}${shell}`;
const fails = env("TEST_ODOO_FAILS") !== "" && call.includes(env("TEST_ODOO_FAILS"));
const connection = JSON.parse(env("TEST_DATABASE")) as pg.ClientConfig;
if (env("TEST_ODOO_WAITS") !== "" && shell === "") {
  const client = new pg.Client({ ...connection, application_name: `odoo-init-${process.pid}` });
  await client.connect();
  while (!existsSync(env("TEST_ODOO_WAITS"))) await setTimeout(50);
  rmSync(env("TEST_ODOO_WAITS"));
  await client.end();
}
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
// As killed by Kubernetes: what is begun stays.
const wanted = fails && init !== undefined ? init.split(",").slice(0, 1).join(",") : init;
if (wanted !== undefined) {
  const client = new pg.Client(connection);
  await client.connect();
  // Odoo 18's tables, as far as the scripts read them.
  await client.query(`
    CREATE TABLE IF NOT EXISTS ir_module_module (id serial PRIMARY KEY, name varchar NOT NULL UNIQUE, state varchar);
    CREATE TABLE IF NOT EXISTS ir_config_parameter (
      id serial PRIMARY KEY, key varchar NOT NULL CONSTRAINT ir_config_parameter_key_uniq UNIQUE, value text NOT NULL,
      create_uid int, create_date timestamp, write_uid int, write_date timestamp);
    CREATE TABLE IF NOT EXISTS res_users_log (id serial PRIMARY KEY, create_uid int);
    CREATE SEQUENCE IF NOT EXISTS ir_sequence_001`);
  const image = env("TEST_IMAGE_MODULES").split(",");
  await client.query(
    "INSERT INTO ir_module_module (name, state) SELECT DISTINCT unnest($1::text[]), 'installed' ON CONFLICT (name) DO NOTHING",
    [wanted.split(",").filter((name) => image.includes(name))],
  );
  await client.end();
}
if (fails) {
  console.error("odoo: failed");
  process.exit(1);
}
