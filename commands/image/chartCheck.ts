import { resolve } from "node:path";
import { checkChart } from "../../features/image/chart.ts";
import { command, log } from "../command.ts";
import { useTool } from "../environment.ts";
import { rootOption } from "../options.ts";

export default command("image chart-check", "Lint and package the tenants' Helm chart", "--base origin/main")
  .option("--base <ref>", "refuse a chart that differs from this commit's under the same version")
  .addOption(rootOption("charts/"))
  .action(async ({ base, root }) => {
    await useTool("helm");
    log(await checkChart(resolve(root), base));
  });
