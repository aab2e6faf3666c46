import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { z } from "zod";

/** Reads a YAML file by a schema; undefined: there is none, or it is not what the schema says. */
export function readYaml<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> | undefined {
  try {
    return schema.safeParse(parse(readFileSync(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}
