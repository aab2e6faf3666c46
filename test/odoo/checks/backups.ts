import { holds } from "../check.ts";
import type { Check } from "../check.ts";

/** A backup of the real database and filestore is restored and equal, table by table. */
export const backups: Check = {
  title: "backup and restore",
  run: async (walk) => {
    const drill = await walk.world.cli("backup drill", walk.id, "--backup", "--data", walk.dataFolder);
    const lines = drill.output.trim().split("\n");
    return [
      holds("backup drill --backup", drill.status === 0, lines.slice(-4).join(" / "), "status 0, all tables equal"),
    ];
  },
};
