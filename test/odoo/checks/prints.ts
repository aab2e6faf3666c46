import { readFileSync } from "node:fs";
import { equal, holds } from "../check.ts";
import type { Check } from "../check.ts";
import { logInAsTester, removeTester } from "../people.ts";
import { WEB } from "../walk.ts";

/** As many at once as the smallest plan has workers. */
const AT_ONCE = 2;
/** A module whose reference is a few pages. */
const PRINTED = "web";

/** Two prints at once are done in time, each with the styles that wkhtmltopdf asks Odoo for. */
export const prints: Check = {
  title: "prints",
  run: async (walk) => {
    const web = await walk.startWeb();
    try {
      const session = await logInAsTester(walk);
      const module = await walk.value("SELECT id FROM ir_module_module WHERE name = $1", [PRINTED]);
      const begin = Date.now();
      const papers = await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          const answer = await fetch(`${WEB}/report/pdf/base.report_irmodulereference/${module}`, {
            headers: { cookie: session.cookie },
            signal: AbortSignal.timeout(180_000),
          });
          const content = Buffer.from(await answer.arrayBuffer());
          return answer.status === 200 && content.subarray(0, 5).toString() === "%PDF-"
            ? content.length
            : answer.status;
        }),
      );
      const seconds = Math.round((Date.now() - begin) / 1000);
      await removeTester(walk, session);
      const styles = readFileSync(web.log("odoo"), "utf8")
        .split("\n")
        .filter((line) => /GET \/web\/(?:assets|content)\/[^ ]*report_assets[^ ]*\.css[^"]*" 200/.test(line)).length;
      return [
        holds(
          "sizes of two prints at once, in bytes",
          papers.every((size) => size > 1000),
          `${papers.join(", ")}, after ${seconds} s`,
          "two PDFs",
        ),
        holds("styles that the prints got from Odoo", styles >= AT_ONCE, styles, `${AT_ONCE} at least`),
        equal(
          "report.url",
          await walk.value("SELECT value FROM ir_config_parameter WHERE key = 'report.url'"),
          "http://127.0.0.1:8072",
        ),
      ];
    } finally {
      await web.stop();
    }
  },
};
