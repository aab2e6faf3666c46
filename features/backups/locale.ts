import pg from "pg";
import { BackupError } from "./backupError.ts";
import { run } from "./programs.ts";

/** What CREATE DATABASE fixes for a database's life: how text is stored, sorted, and told apart by case and kind. */
export interface DatabaseLocale {
  readonly encoding: string;
  readonly provider: "libc" | "icu" | "builtin";
  readonly collate: string;
  /** Which characters are letters, and what their other case is: with `C` none beyond ASCII. */
  readonly ctype: string;
  /** Of providers `icu` and `builtin`. */
  readonly locale: string | undefined;
  /** Of provider `icu`. */
  readonly rules: string | undefined;
}

const PROVIDERS: Readonly<Record<string, DatabaseLocale["provider"]>> = { c: "libc", i: "icu", b: "builtin" };

/** The locale of the database that `client` is connected to. */
export async function databaseLocale(client: pg.Client): Promise<DatabaseLocale> {
  const { rows } = await client.query<{
    encoding: string;
    provider: string;
    collate: string;
    ctype: string;
    locale: string | null;
    rules: string | null;
  }>(
    // The last two are columns of other names, or none, in some versions.
    `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datcollate AS collate, datctype AS ctype,
            coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale, to_jsonb(d) ->> 'daticurules' AS rules
       FROM pg_database d WHERE datname = current_database()`,
  );
  const [found] = rows;
  const provider = PROVIDERS[found?.provider ?? ""];
  if (found === undefined || provider === undefined) {
    throw new BackupError(
      `The database has locale provider "${found?.provider ?? ""}", expected one of libc, icu, builtin`,
    );
  }
  return { ...found, provider, locale: found.locale ?? undefined, rules: found.rules ?? undefined };
}

/**
 * The locale of the database that a dump was made of: pg_dump writes it into every archive, as part of a statement. Whoever
 * wrote the dump may have written anything there, so only known options are taken, and as values.
 *
 * @param madeBy major version of the pg_dump that made it, for the message
 * @throws BackupError when the dump cannot be read, or has no such statement
 */
export async function dumpLocale(
  env: NodeJS.ProcessEnv,
  dump: string,
  madeBy: number | undefined,
): Promise<DatabaseLocale> {
  const { status, stdout, stderr } = await run("pg_restore", ["--create", "--schema-only", "--file=-", dump], { env });
  if (status !== 0) {
    const hint =
      madeBy === undefined ? "" : `; pg_dump ${madeBy} made it, expected pg_restore of that version or later`;
    throw new BackupError(`pg_restore cannot read the dump${hint}:\n${stderr.trim()}`, "restore");
  }
  const locale = parseCreateDatabase(stdout);
  if (locale !== undefined) return locale;
  throw new BackupError(
    "The dump does not say which locale its database had, expected one that pg_dump made",
    "restore",
  );
}

/** Reads the first `CREATE DATABASE … WITH …;` of pg_dump. */
export function parseCreateDatabase(sql: string): DatabaseLocale | undefined {
  const clause = /^CREATE DATABASE (?:"(?:[^"]|"")*"|\w+) WITH (.*);$/m.exec(sql)?.[1];
  if (clause === undefined) return undefined;
  const options = new Map(
    [...clause.matchAll(/(\w+) = (?:'((?:[^']|'')*)'|(\w+))/g)].map(([, key = "", text, word = ""]) => [
      key,
      text?.replaceAll("''", "'") ?? word,
    ]),
  );
  const provider = Object.values(PROVIDERS).find((known) => known === (options.get("LOCALE_PROVIDER") ?? "libc"));
  const both = options.get("LOCALE");
  const [encoding, collate, ctype] = [
    options.get("ENCODING"),
    options.get("LC_COLLATE") ?? both,
    options.get("LC_CTYPE") ?? both,
  ];
  if (encoding === undefined || provider === undefined || collate === undefined || ctype === undefined)
    return undefined;
  const locale = options.get("BUILTIN_LOCALE") ?? options.get("ICU_LOCALE");
  return { encoding, provider, collate, ctype, locale, rules: options.get("ICU_RULES") };
}

/** The options of CREATE DATABASE that give a new database a locale. */
export function localeClause({ encoding, provider, collate, ctype, locale, rules }: DatabaseLocale): string {
  const options: readonly (readonly [string, string | undefined])[] = [
    ["ENCODING", encoding],
    ["LC_COLLATE", collate],
    ["LC_CTYPE", ctype],
    [provider === "builtin" ? "BUILTIN_LOCALE" : "ICU_LOCALE", provider === "libc" ? undefined : locale],
    ["ICU_RULES", rules],
  ];
  const values = options.flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${pg.escapeLiteral(value)}`]));
  return [`LOCALE_PROVIDER ${provider}`, ...values].join(" ");
}

/** A locale as people read it. */
export function formatLocale({ encoding, provider, collate, ctype, locale, rules }: DatabaseLocale): string {
  const own =
    locale === undefined ? "" : ` ${locale}${rules === undefined ? "" : ` with rules ${JSON.stringify(rules)}`}`;
  return `${encoding}, ${provider}${own}, LC_COLLATE ${collate}, LC_CTYPE ${ctype}`;
}
