import { writeRelease } from "../../features/image/release.ts";
import { command, log } from "../command.ts";
import { rootOption } from "../options.ts";

export default command(
  "image release",
  "Write the release file of an image that was pushed",
  "18.0-2026.12 --repository ghcr.io/example/odoo --index index.json",
)
  .description(
    "Writes releases/<name>.yaml for an image that was built and pushed: its digest and attestations, the chart's version, and the modules and " +
      "commits that the lock and image/image.yaml say are in it. Never overwrites an existing release.",
  )
  .argument("<name>", "the new release, such as 18.0-2026.12")
  .requiredOption("--repository <repository>", "where the image is, without a tag: ghcr.io/example/odoo")
  .requiredOption(
    "--index <file>",
    "its image index, byte for byte: docker buildx imagetools inspect --raw <repository>:<tag> > <file>",
  )
  .addOption(rootOption("releases/ and the other files"))
  .action((name, { repository, index, root }) => {
    log(`wrote ${writeRelease(root, { name, repository, index })}`);
  });
