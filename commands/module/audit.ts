import { audit } from "../../features/modules/audit/audit.ts";
import { auditMarkdown, auditText } from "../../features/modules/audit/text.ts";
import { command, log } from "../command.ts";
import { jsonOption, markdownOption, rootOption } from "../options.ts";

export default command("module audit", "Report on the modules of a release", "18.0-2026.11 --base origin/main")
  .description(
    "Reports for each tenant of a release which modules it runs, which are outdated or unmaintained, and which features lost or gained " +
      "coverage. Reports the known vulnerabilities of the image's Python packages. Needs no network. Findings do not make it fail.",
  )
  .argument("<release>", "a release of releases/, such as 18.0-2026.11")
  .option("--tenant <tenant>", "this tenant only")
  .option("--base <ref>", "branch, tag or commit that coverage is compared with")
  .addOption(jsonOption())
  .addOption(markdownOption())
  .addOption(rootOption("tenants/ and the other files"))
  .action((release, { json, markdown, root, ...options }) => {
    const report = audit(root, release, options);
    if (json === true) log(JSON.stringify(report, null, 2));
    else log(markdown === true ? auditMarkdown(report) : auditText(report));
  });
