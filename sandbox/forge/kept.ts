import { readFileSync } from "node:fs";
import type { z } from "zod";
import { SandboxError } from "../instance.ts";

/** Reads a file that the forge wrote. @throws SandboxError where it is not one */
export function readKept<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    throw new SandboxError(
      `${file} cannot be read, expected what the forge wrote (${error instanceof Error ? error.message.slice(0, 200) : "?"}).\n` +
        "Without the file and the folder that it is in, the forge begins with no requests.",
    );
  }
}
