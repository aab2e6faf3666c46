import { Ajv2020 } from "ajv/dist/2020.js";
import { z } from "zod";

/** Whether an editor takes a file: by the JSON Schema of what may be written. */
export function editor(schema: z.ZodType): (file: unknown) => boolean {
  return new Ajv2020({ strict: false }).compile(z.toJSONSchema(schema, { io: "input" }));
}
