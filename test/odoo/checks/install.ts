import { equal, holds } from "../check.ts";
import type { Check } from "../check.ts";

/** The init Job installed what the bundles name, and finds nothing to do when it runs again. */
export const install: Check = {
  title: "install",
  run: async (walk) => {
    const job = await walk.initJob();
    const variables = job.spec?.template.spec?.containers[0]?.env ?? [];
    const wanted = variables.find(({ name }) => name === "ODOO_MODULES")?.value?.split(",") ?? [];
    const rows = await walk.sql(
      "SELECT name, state FROM ir_module_module WHERE state NOT IN ('uninstalled', 'uninstallable')",
    );
    const installed = new Set(rows.filter(({ state }) => state === "installed").map(({ name }) => String(name)));
    const unfinished = rows.filter(({ state }) => state !== "installed").map(({ name }) => String(name));
    const again = await walk.startInit("init-again");
    const begin = Date.now();
    const status = await again.containers.get("init")?.ended;
    const seconds = Math.round((Date.now() - begin) / 1000);
    const size = await walk.value("SELECT pg_size_pretty(pg_database_size(current_database()))");
    const tables = await walk.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
    return [
      equal(
        "modules of the bundles that are not installed",
        wanted.filter((name) => !installed.has(name)),
        [],
      ),
      equal("modules that are neither installed nor not", unfinished, []),
      holds("modules, tables, size", Number(tables) > 100, `${installed.size}, ${tables}, ${size}`, "a whole Odoo"),
      holds("init.sh when it runs again", status === 0, `exit status ${status} after ${seconds} s`, "exit status 0"),
    ];
  },
};
