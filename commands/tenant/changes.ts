import { formatDiagnostics } from "../../config/index.ts";
import { lifecycleReport, markdown, plainText } from "../../features/lifecycle/report.ts";
import { command, finish, log } from "../command.ts";
import { jsonOption, markdownOption, rootOption } from "../options.ts";

export default command("tenant changes", "Show the effects of changed tenant files", "--base origin/main")
  .description(
    "Shows what a change to tenants/ and archive/ will do to each tenant's lifecycle. Refuses a change that would lose data or skip a step.",
  )
  .requiredOption("--base <ref>", "branch, tag or commit that the change starts from")
  .addOption(jsonOption())
  .addOption(markdownOption())
  .addOption(rootOption("tenants/ and the other files"))
  .action((options) => {
    const report = lifecycleReport(options.root, options.base, new Date());
    if (options.json === true) log(JSON.stringify(report, null, 2));
    else if (options.markdown === true) log(markdown(report));
    else if (report.ok) log(plainText(report));
    if (!report.ok && options.json !== true) console.error(formatDiagnostics(report.diagnostics));
    finish(report.ok);
  });
