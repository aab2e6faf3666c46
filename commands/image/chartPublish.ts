import { resolve } from "node:path";
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { publishChart } from "../../features/image/chart.ts";
import { command, log } from "../command.ts";
import { useTool } from "../environment.ts";
import { rootOption } from "../options.ts";

export default command(
  "image chart-publish",
  "Publish the tenants' Helm chart to a registry",
  "--registry oci://ghcr.io/example/charts",
)
  .description(
    "Packages the tenants' Helm chart and pushes it, unless the registry already has this version: a published version never changes. In a " +
      "GitHub workflow, sets the outputs reference (with digest) and published (true, or false if the version existed).",
  )
  .requiredOption("--registry <address>", "the registry: oci://<host>/<path>", ociAddress)
  .option("--plain-http", "without TLS, for a registry on this machine")
  .addOption(rootOption("charts/"))
  .action(async ({ registry, plainHttp = false, root }) => {
    await useTool("helm");
    log(await publishChart(resolve(root), { registry, plainHttp }));
  });

function ociAddress(value: string): string {
  if (!value.startsWith("oci://")) throw new InvalidArgumentError("Expected oci://<host>/<path>.");
  return value;
}
