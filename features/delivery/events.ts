import { z } from "zod";

const state = z.object({ parent: z.string().default(""), protect: z.boolean().default(false) });

const stepMetadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: state.nullish(),
  new: state.nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * An event of Pulumi's engine, as far as this project reads it: what happens to which resource, never with which values, so
 * that nothing made from events can hold a secret.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export const engineEvent = z.object({
  sequence: z.number(),
  /** Before a resource is touched. */
  resourcePreEvent: z.object({ metadata: stepMetadata }).optional(),
  /** After it; a refresh knows only by then what differs. */
  resOutputsEvent: z.object({ metadata: stepMetadata }).optional(),
  /** Where a step on it failed. */
  resOpFailedEvent: z.object({ metadata: stepMetadata }).optional(),
  policyEvent: z
    .object({
      resourceUrn: z.string().default(""),
      message: z.string(),
      policyName: z.string(),
      enforcementLevel: z.string(),
    })
    .optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().default(""),
      message: z.string(),
      severity: z.string(),
      ephemeral: z.boolean().default(false),
    })
    .optional(),
});

/** An event of Pulumi's engine. */
export type EngineEvent = z.output<typeof engineEvent>;

/** Text without the engine's marks of colour (`<{%fg 1%}>`) and the terminal's. */
export function withoutColour(text: string): string {
  return (
    text
      .replace(/<\{%.*?%\}>/g, "")
      // eslint-disable-next-line no-control-regex -- the escape character begins the terminal's colours
      .replace(/\u001b\[[0-9;]*m/g, "")
      .trim()
  );
}
