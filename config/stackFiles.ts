import { readdirSync } from "node:fs";
import { z } from "zod";
import { compareDiagnostics, compareText } from "./diagnostics.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { cutProblems } from "./document.ts";
import { readText } from "./files.ts";
import { namesIn } from "./hosts.ts";
import type { PlatformName } from "./hosts.ts";
import { CONFIG_NAMESPACE, STACK_FILE } from "./names.ts";
import { serverNamesIn } from "./serverNames.ts";
import type { ServerName } from "./serverNames.ts";
import { issueProblems, problem, quote, suggestion } from "./schemas/common.ts";
import type { Problem } from "./schemas/common.ts";
import { stackSchema } from "./schemas/stack.ts";
import { plainValue, SECRET_KEYS } from "./stackConfig.ts";
import type { ProjectFiles, StackSettings } from "./types.ts";
import { parseYaml } from "./yaml.ts";
import type { Cut, SourceFile } from "./yaml.ts";

const PREFIX = `${CONFIG_NAMESPACE}:`;

const notAMapping = { error: ({ input }: { readonly input?: unknown }) => problem(input, "a mapping") };
const stackFileSchema = z.looseObject(
  {
    // Without a value, as Pulumi reads it, it is empty.
    config: z
      .record(z.string(), z.unknown(), notAMapping)
      .nullish()
      .transform((config) => config ?? {}),
  },
  notAMapping,
);

/** A value that Pulumi encrypted; a secret that is a mapping has one such leaf for each of its own. */
const encryptedSchema: z.ZodType = z.union([
  z.strictObject({ secure: z.string() }),
  z.lazy(() => z.record(z.string(), encryptedSchema)),
]);

/** What a `Pulumi.<stack>.yaml` says for this project: values by key without the namespace. */
interface StackFile {
  readonly source: SourceFile;
  readonly values: ReadonlyMap<string, unknown>;
  /** All that it says, by full key. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What it says beside its configuration: how secrets are encrypted. */
  readonly more: Readonly<Record<string, unknown>>;
  /** Texts that a comment may have cut, from the values on. */
  readonly cuts: readonly Cut[];
}

function readStackFiles(root: string): { files: StackFile[]; diagnostics: Diagnostic[] } {
  const files: StackFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const names = stackFileNames(root);
  for (const name of names) {
    const content = readText(root, name);
    const parsed = "text" in content ? parseYaml(name, content.text) : content;
    if ("diagnostics" in parsed) {
      diagnostics.push(...parsed.diagnostics);
      continue;
    }
    const { source, value, cuts } = parsed;
    const result = stackFileSchema.safeParse(value);
    if (!result.success) {
      diagnostics.push(...issueProblems(result.error.issues).map((issue) => source.locate(issue)));
      continue;
    }
    const { config, ...more } = result.data;
    const values = Object.entries(config)
      .filter(([key]) => key.startsWith(PREFIX))
      .map(([key, setting]): [string, unknown] => [key.slice(PREFIX.length), setting]);
    files.push({
      source,
      values: new Map(values),
      config,
      more,
      cuts: cuts.flatMap(({ path: [top, key, ...path], whole }) =>
        top === "config" && typeof key === "string" && key.startsWith(PREFIX)
          ? [{ path: [key.slice(PREFIX.length), ...path], whole }]
          : [],
      ),
    });
  }
  return { files, diagnostics };
}

function stackFileNames(root: string): string[] {
  try {
    return readdirSync(root)
      .filter((name) => STACK_FILE.test(name))
      .sort(compareText);
  } catch {
    return [];
  }
}

/** Names that the stacks of the checkout have, secrets left out, and their base domains. Files that cannot be read have none. */
export function stackNames(root: string): {
  readonly names: readonly PlatformName[];
  /** Base domains of the stacks, sorted, each once. */
  readonly baseDomains: readonly string[];
  /** Roles, databases, realms and namespaces that the stacks have. */
  readonly servers: readonly ServerName[];
} {
  const { files } = readStackFiles(root);
  const domains = files.map(({ values }) => values.get("baseDomain")).filter((domain) => typeof domain === "string");
  return {
    names: files.flatMap(({ source, config }) => namesIn(source.file, withoutSecrets(config))),
    baseDomains: [...new Set(domains)].sort(compareText),
    servers: files.flatMap(({ source, values }) => serverNamesIn(source.file, values)),
  };
}

/** What a stack's file says, for all namespaces, without what is secret or should be. */
function withoutSecrets(config: Readonly<Record<string, unknown>>): unknown[] {
  const secret: ReadonlySet<string> = new Set(SECRET_KEYS.map((key) => `${PREFIX}${key}`));
  return Object.entries(config).flatMap(([key, value]) => (secret.has(key) ? [] : [value]));
}

/**
 * What each `Pulumi.<stack>.yaml` says, by stack and key as they stand: keys of the configuration (`odoo-saas:cell`, secrets as they are
 * encrypted), and keys beside it (`secretsprovider`). Files that cannot be read are left out.
 */
export function stackFilesOf(root: string): ReadonlyMap<string, ReadonlyMap<string, unknown>> {
  return new Map(
    readStackFiles(root).files.map(({ source, config, more }) => [
      stackOf(source.file),
      new Map([...Object.entries(config), ...Object.entries(more)]),
    ]),
  );
}

function stackOf(file: string): string {
  return file.slice("Pulumi.".length, -".yaml".length);
}

/** Settings by stack, sorted, as far as `Pulumi.<stack>.yaml` are right; {@link checkStackFiles} tells what is wrong with the others. */
export function stackSettingsOf(root: string): ReadonlyMap<string, StackSettings> {
  const settings = new Map<string, StackSettings>();
  for (const { source, values } of readStackFiles(root).files) {
    const result = settingsOf(values);
    if (result.success) settings.set(stackOf(source.file), result.data);
  }
  return settings;
}

/** What is not secret of a file's values, checked. */
function settingsOf(values: ReadonlyMap<string, unknown>) {
  return stackSchema.safeParse(settingsIn(values));
}

/** What is not secret of a file's values. `pulumi config set` writes true and false as texts. */
function settingsIn(values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const secret: readonly string[] = SECRET_KEYS;
  const plain = [...values].filter(([key]) => !secret.includes(key));
  return Object.fromEntries(
    // Stryker disable next-line ConditionalExpression: For the compiler: what is not a text is returned as it is.
    plain.map(([key, value]) => [key, typeof value === "string" ? plainValue(key, value) : value]),
  );
}

/**
 * Checks `Pulumi.<stack>.yaml` as far as it is this project's: keys, values, the release, and that no secret is in plain
 * text. Secrets that are missing are not reported: they may be set on another machine. A file without any key of the
 * project, as `pulumi stack init` makes it, is left alone.
 */
export function checkStackFiles(root: string, projectFiles: Pick<ProjectFiles, "releases">): Diagnostic[] {
  const { files, diagnostics } = readStackFiles(root);
  const releases = [...projectFiles.releases.keys()];
  for (const { source, values, cuts } of files) {
    if (values.size === 0) continue;
    const report = (problem: Problem) => {
      // Stryker disable next-line StringLiteral: For the compiler: a problem of a mapping has a key.
      const [key = "", ...rest] = problem.path;
      diagnostics.push(source.locate({ ...problem, path: ["config", `${PREFIX}${key}`, ...rest] }));
    };
    for (const key of SECRET_KEYS) {
      if (values.has(key) && !encryptedSchema.safeParse(values.get(key)).success) {
        const message = `is in plain text, expected a secret (pulumi config set --secret ${PREFIX}${key}), and a new one: this one is known`;
        report({ path: [key], atKey: true, message });
      }
    }
    const result = settingsOf(values);
    if (result.success) cutProblems(settingsIn(values), cuts, stackSchema).forEach(report);
    if (!result.success) issueProblems(result.error.issues).forEach(report);
    else if (!releases.includes(result.data.release)) {
      const expected = suggestion(result.data.release, releases);
      report({
        path: ["release"],
        atKey: false,
        message: `is ${quote(result.data.release)}, which is not in releases/, expected ${expected}`,
      });
    }
  }
  return diagnostics.sort(compareDiagnostics);
}
