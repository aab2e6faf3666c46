import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { UserError } from "../../lib/userError.ts";
import { placeImages, releaseImages, usableProjectFiles } from "../../config/index.ts";
import { compareText } from "../../config/diagnostics.ts";
import { formatPath, issueProblems, releaseName } from "../../config/schemas/common.ts";
import { releaseSchema } from "../../config/schemas/release.ts";
import { writeYaml } from "../../config/yaml.ts";
import { readImageIndex } from "./attestations.ts";
import { IMAGE_RUNBOOK } from "./imageError.ts";
import { loadCheckedFiles } from "./files.ts";

/** What a release is made of. */
export interface Ingredients {
  readonly name: string;
  /** Where the image is, without a tag. */
  readonly repository: string;
  /** Path of its image index, byte for byte as the registry has it. */
  readonly index: string;
}

/** A release cannot be written. */
class Refusal extends UserError {
  constructor(message: string) {
    super(`No release: ${message}. See ${IMAGE_RUNBOOK}#no-release`);
  }
}

/**
 * Writes the file of a release: the digest and attestations of an image that was pushed, the chart's version, and the modules and commits
 * that the lock and image/image.yaml say are in it. An existing release is never overwritten.
 *
 * @returns path of the file from the root
 * @throws Refusal, ConfigError or ImageError that says what does not fit
 */
export function writeRelease(root: string, ingredients: Ingredients): string {
  const file = `releases/${ingredients.name}.yaml`;
  const text = releaseText(root, ingredients);
  try {
    writeFileSync(join(root, file), text, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new Refusal(`${file} already exists, expected a new name: tenants may run that release`);
  }
  return file;
}

function releaseText(root: string, { name, repository, index }: Ingredients): string {
  if (!releaseName.safeParse(name).success)
    throw new Refusal(`the name is ${JSON.stringify(name)}, expected one such as 18.0-2026.12`);
  const { releases } = usableProjectFiles(root);
  const last = [...releases.values()].sort((a, b) => compareText(a.name, b.name)).at(-1);
  if (last === undefined) throw new Refusal("releases/ is empty, expected one to take the other images from");
  const { contents, lock } = loadCheckedFiles(root);
  const { digest, attestations } = readIndex(index);
  const chart = z
    .object({ version: z.string() })
    .parse(parse(readFileSync(join(root, "charts/odoo/Chart.yaml"), "utf8")));
  const release = {
    odoo: "18.0",
    // All images but Odoo's are those of the last release.
    ...placeImages(new Map([...releaseImages(last), ["image", { repository, digest }]])),
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
  return `# yaml-language-server: $schema=../schemas/release.schema.json\n#\n# Written by npx odoo-saas image release; never changed.\n${writeYaml(release)}`;
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
