import { z } from "zod";
import { expecting, hostName, list, mapping, teamName } from "./common.ts";

const teams = list(teamName, "a list of teams")
  .min(1, { error: "is empty, expected at least one team: omit a zone that nobody may use" })
  .describe("Teams (owner.team of tenants' files) whose tenants may have hosts below the zone.");

/** `zones.yaml`: in which domains tenants may have hosts of their own. */
export const zonesSchema = mapping({
  zones: z
    .record(hostName, teams, expecting("zones and their teams such as { acme.example: [acme-it] }"))
    .describe(
      "Domains below which tenants may have their own hosts, and the teams of those tenants. If zones are nested, the nearest one above a host decides. The zone itself cannot be a host.",
    ),
}).describe("Domains in which tenants may have their own hosts. Domains outside all zones are not allowed.");

/** The file after parsing. */
export type ZonesFile = z.output<typeof zonesSchema>;
