/** How a pod of Odoo connects to its database, as its odoo.conf says. */
export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/**
 * Reads the database connection from an odoo.conf, as Odoo does: section `options`, Python's ini format.
 *
 * @throws Error that names the first key that is missing.
 */
export function readDatabaseSettings(text: string): DatabaseSettings {
  const values = new Map<string, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line);
    if (header !== null) section = header[1] ?? "";
    const entry = /^([\w.]+)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (section === "options" && entry?.[1] !== undefined) values.set(entry[1], entry[2] ?? "");
  }
  const value = (key: string): string => {
    const found = values.get(key);
    if (!found || found === "False") throw new Error(`odoo.conf has no ${key} in section [options]`);
    return found;
  };
  return {
    host: value("db_host"),
    port: Number(values.get("db_port") ?? 5432),
    database: value("db_name"),
    user: value("db_user"),
    password: value("db_password"),
  };
}
