import { join } from "node:path";
import { z } from "zod";
import { compareText } from "../../../config/diagnostics.ts";
import { moduleObjects } from "../../../config/schemas/moduleIndex.ts";
import type { IndexedModule } from "../../../config/schemas/moduleIndex.ts";
import { run } from "../../../lib/process.ts";
import { RefreshError } from "./refreshError.ts";

const names = z.array(z.string());

const moduleFacts = z.object({
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  version: z.string(),
  depends: names,
  python: names,
  bin: names,
  licence: z.string(),
  installable: z.boolean(),
  autoInstall: z.union([z.boolean(), names]),
  countries: names,
  website: z.string(),
  objects: moduleObjects,
  package: z.object({ name: z.string(), version: z.string() }).exactOptional(),
  requirements: names.exactOptional(),
  built: z.string().exactOptional(),
});

const unreadable = z.object({ path: z.string(), error: z.string() });

/** What a module's manifest, package and data files say. */
export type ModuleFacts = z.output<typeof moduleFacts>;

/** Paths read by one process. */
const BATCH = 100;

/**
 * Reads modules with Python, since manifests are Python literals.
 *
 * @param paths wheels, or folders that hold module folders
 * @throws RefreshError when Python is not there or a path cannot be read.
 */
export async function readModules(paths: readonly string[]): Promise<ModuleFacts[]> {
  const script = join(import.meta.dirname, "read_modules.py");
  const lines: string[] = [];
  for (let start = 0; start < paths.length; start += BATCH) {
    const args = [script, ...paths.slice(start, start + BATCH)];
    const { status, stdout, stderr } = await run("python3", args, {
      startError: (reason) =>
        new RefreshError(`python3 could not be started (${reason}), expected Python 3.8 or later on the PATH`),
    });
    if (status !== 0) throw new RefreshError(`Modules could not be read: ${stderr.trim().split("\n").at(-1) ?? ""}`);
    lines.push(...stdout.split("\n").filter((line) => line !== ""));
  }
  const answers = lines.map((line) => z.union([moduleFacts, unreadable]).parse(JSON.parse(line)));
  const broken = answers.flatMap((answer) => ("error" in answer ? [`${answer.path}: ${answer.error}`] : []));
  if (broken.length > 0) throw new RefreshError(`Modules could not be read:\n  ${broken.join("\n  ")}`);
  return answers.flatMap((answer) => ("error" in answer ? [] : [answer]));
}

/** A manifest's version as Odoo shows it: with the series in front. */
export function odooVersion(version: string): string {
  return version.startsWith("18.0.") ? version : `18.0.${version}`;
}

/** A module of the index from what was read of it. What is empty or as usual is left out. */
export function indexedModule(
  facts: ModuleFacts,
  known: Pick<IndexedModule, "origin" | "evidence"> &
    Partial<Pick<IndexedModule, "repository" | "commit" | "released" | "latest">>,
): IndexedModule {
  const { autoInstall, countries, requirements, built } = facts;
  const filled = (key: "autoInstall" | "countries" | "python" | "requirements" | "bin", values: readonly string[]) =>
    values.length === 0 ? {} : { [key]: [...values].sort(compareText) };
  return {
    origin: known.origin,
    title: facts.title,
    ...(facts.summary === "" ? {} : { summary: facts.summary }),
    ...(known.repository === undefined ? {} : { repository: known.repository }),
    ...(known.commit === undefined ? {} : { commit: known.commit }),
    version: odooVersion(facts.version),
    ...(facts.package === undefined ? {} : { package: facts.package }),
    ...(known.latest === undefined ? {} : { latest: known.latest }),
    depends: facts.depends.filter((name) => name !== "base").sort(compareText),
    ...(autoInstall === true ? { autoInstall } : autoInstall === false ? {} : filled("autoInstall", autoInstall)),
    ...filled("countries", countries),
    ...filled("python", facts.python),
    ...filled("requirements", requirements ?? []),
    ...filled("bin", facts.bin),
    licence: facts.licence,
    ...(facts.installable ? {} : { installable: false }),
    ...(known.released === undefined && built === undefined ? {} : { released: known.released ?? built ?? "" }),
    evidence: known.evidence,
  };
}

/** The repository that a manifest's website names, when it is one on GitHub. */
export function repositoryOf({ website }: Pick<ModuleFacts, "website">): string | undefined {
  return /^https?:\/\/github\.com\/([\w-]+\/[\w.-]+?)(?:\.git)?(?:[/#?].*)?$/i.exec(website.trim())?.[1];
}
