import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../lib/userError.ts";
import { ConfigError, formatDiagnostics, loadCatalogue } from "../../config/index.ts";
import { compareText } from "../../config/diagnostics.ts";
import { formatPath, issueProblems, releaseName } from "../../config/schemas/common.ts";
import { releaseSchema } from "../../config/schemas/release.ts";
import { writeYaml } from "../../config/yaml.ts";
import { parseCommand, PROJECT, runCommand, UsageError } from "../../commands/command.ts";
import { readImageIndex } from "./attestations.ts";
import { IMAGE_RUNBOOK } from "./errors.ts";
import { checkFiles, loadFiles } from "./files.ts";

const USAGE = `usage: npm run release -- new NAME --repository REPOSITORY --index FILE [--root DIR]

Writes releases/NAME.yaml of an image that was built and pushed: its digest and attestations, the chart's version, and the modules
and commits that the lock and image/image.yaml say are in it. A release that is there is never overwritten. Exit status: 0 fine,
1 refused, 2 wrong usage.

  --repository  where the image is, without tag: ghcr.io/example/odoo
  --index       its image index, byte for byte: docker buildx imagetools inspect --raw REPOSITORY:TAG > FILE
  --root DIR    the folder that holds releases/ and the others; default: this project`;

const OPTIONS = {
  repository: { type: "string" },
  index: { type: "string" },
  root: { type: "string", default: PROJECT },
} as const;

/** What a release is made of. */
interface Ingredients {
  readonly name: string;
  /** Where the image is. */
  readonly repository: string;
  /** Path of its image index. */
  readonly index: string;
}

/** Why there is no release; the message is for people. */
class Refusal extends UserError {
  constructor(message: string) {
    super(`No release: ${message}. See ${IMAGE_RUNBOOK}#no-release`);
  }
}

/**
 * The text of a release file.
 *
 * @throws Refusal, ConfigError or ImageError that says what does not fit.
 */
function releaseText(root: string, { name, repository, index }: Ingredients): string {
  if (!releaseName.safeParse(name).success)
    throw new Refusal(`the name is ${JSON.stringify(name)}, expected one such as 18.0-2026.12`);
  const result = loadCatalogue(root);
  if (!result.ok) throw new ConfigError("The files cannot be used", formatDiagnostics(result.diagnostics).split("\n"));
  const { releases } = result.catalogue;
  const last = [...releases.values()].sort((a, b) => compareText(a.name, b.name)).at(-1);
  if (last === undefined) throw new Refusal("releases/ is empty, expected one to take the image of restic of");
  const files = loadFiles(root);
  checkFiles(files);
  const { contents, lock } = files;
  const { digest, attestations } = readIndex(index);
  const chart = z
    .object({ version: z.string() })
    .parse(parse(readFileSync(join(root, "charts/odoo/Chart.yaml"), "utf8")));
  const release = {
    odoo: "18.0",
    image: { repository, digest },
    backup: { image: { ...last.backup.image } },
    chartVersion: chart.version,
    oca: contents.sources.map(({ repository: from, commit }) => ({ repository: from, commit })),
    requirements: `sha256:${createHash("sha256").update(lock).digest("hex")}`,
    modules: Object.fromEntries(contents.modules),
    attestations: attestations.map((each) => ({ ...each })),
  };
  const checked = releaseSchema.safeParse(release);
  if (!checked.success) {
    const problems = issueProblems(checked.error.issues).map(({ path, message }) => `${formatPath(path)}: ${message}`);
    throw new Refusal(`the release would not be valid: ${problems.join("; ")}`);
  }
  return `# yaml-language-server: $schema=../schemas/release.schema.json\n#\n# Written by npm run release; never changed.\n${writeYaml(release)}`;
}

function readIndex(file: string): ReturnType<typeof readImageIndex> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new Refusal(`--index is ${file}, which cannot be read, expected the image's index`);
  }
  try {
    return readImageIndex(bytes);
  } catch (error) {
    throw new Refusal(`--index ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function write(root: string, name: string, text: string): void {
  try {
    writeFileSync(join(root, `releases/${name}.yaml`), text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new Refusal(`releases/${name}.yaml is there already, expected a new name: tenants may run that release`);
  }
}

function main(args: readonly string[]): boolean {
  const { values, positionals } = parseCommand(args, OPTIONS, 2);
  const [command, name] = positionals;
  const { repository, index, root } = values;
  if (command !== "new" || name === undefined || repository === undefined || index === undefined)
    throw new UsageError("expected new, a name, --repository and --index");
  write(root, name, releaseText(root, { name, repository, index }));
  console.log(`wrote releases/${name}.yaml`);
  return true;
}

await runCommand(USAGE, main);
