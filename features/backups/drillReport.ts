import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Restored } from "./restoreSnapshot.ts";

/** A tenant's drill in which everything was as it had been backed up: what the decommissioning of a tenant asks for. */
export const verifiedDrillSchema = z.object({
  tenant: z.string(),
  stack: z.string(),
  verified: z.literal(true),
  /** Id of the restic snapshot. */
  snapshot: z.string().regex(/^[0-9a-f]{64}$/),
  /** When the backup was made. */
  takenAt: z.iso.datetime(),
  /** When the restored data had been compared. */
  verifiedAt: z.iso.datetime(),
  /** Rows by table; sequences and large objects are one more entry. */
  rows: z.record(z.string(), z.int().nonnegative()),
  /** SHA-256 over all tables' names, rows and checksums. */
  checksum: z.string().regex(/^[0-9a-f]{64}$/),
  /** Files of the filestore that were compared. */
  files: z.int().nonnegative(),
  /** The database's encoding and locale, which were compared; not in reports of earlier versions. */
  locale: z.string().optional(),
  /** The newest snapshot of the realm and when it was made; null when there is none. */
  realm: z.object({ snapshot: z.string(), takenAt: z.string() }).nullable(),
  /** Seconds that the drill took. */
  seconds: z.number().nonnegative(),
});

/** A tenant's drill that found something wrong, or could not be done. */
const failedDrillSchema = z.object({
  tenant: z.string(),
  stack: z.string(),
  verified: z.literal(false),
  failedAt: z.iso.datetime(),
  problem: z.string(),
  seconds: z.number().nonnegative(),
});

/** A tenant's drill, `drill-<tenant>.json` in the folder of the reports. */
export const drillSchema = z.discriminatedUnion("verified", [verifiedDrillSchema, failedDrillSchema]);

/** A tenant's drill. */
export type Drill = z.output<typeof drillSchema>;

/** The report of a drill that went well. */
export function verifiedDrill(
  stack: string,
  restored: Restored,
  realm: { readonly id: string; readonly time: string } | undefined,
  seconds: number,
): Drill {
  return {
    stack,
    verified: true,
    ...restored,
    realm: realm === undefined ? null : { snapshot: realm.id, takenAt: realm.time },
    seconds,
  };
}

/** The reports as people read them: a table, and what was wrong. */
export function drillMarkdown(drills: readonly Drill[]): string {
  const rows = drills.map((drill) => {
    const cells = drill.verified
      ? [
          "restored and equal",
          `\`${drill.snapshot.slice(0, 8)}\``,
          drill.takenAt,
          String(Object.keys(drill.rows).length),
          String(Object.values(drill.rows).reduce((sum, count) => sum + count, 0)),
          String(drill.files),
          drill.realm?.takenAt ?? "none",
        ]
      : ["**failed**", "", "", "", "", "", ""];
    return `| ${[drill.tenant, ...cells, drill.seconds.toFixed(1)].join(" | ")} |`;
  });
  const problems = drills.flatMap((drill) =>
    drill.verified ? [] : [`## ${drill.tenant}\n\n\`\`\`\n${drill.problem}\n\`\`\`\n`],
  );
  const failed = problems.length;
  return [
    "# Restore drill\n",
    `${drills.length - failed} of ${drills.length} tenants restored and equal to what was backed up.\n`,
    "| tenant | result | snapshot | backup of | tables | rows | files | realm of | seconds |",
    "| --- | --- | --- | --- | ---: | ---: | ---: | --- | ---: |",
    ...rows,
    "",
    ...problems,
  ].join("\n");
}

/** Writes `drill-<tenant>.json` for each tenant and `drill.md` for all. */
export function writeDrills(folder: string, drills: readonly Drill[]): void {
  mkdirSync(folder, { recursive: true });
  for (const drill of drills) {
    writeFileSync(join(folder, `drill-${drill.tenant}.json`), `${JSON.stringify(drill, null, 2)}\n`);
  }
  writeFileSync(join(folder, "drill.md"), drillMarkdown(drills));
}
