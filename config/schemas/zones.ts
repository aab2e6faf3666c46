import { z } from "zod";
import { expecting, hostName, list, mapping, teamName } from "./common.ts";

const teams = list(teamName, "a list of teams")
  .min(1, { error: "is empty, expected at least one team: a zone that nobody may use is left out" })
  .describe("Teams (owner.team of tenants' files) whose tenants may have hosts below the zone.");

/** `zones.yaml`: in which domains tenants may have hosts of their own. */
export const zonesSchema = mapping({
  zones: z
    .record(hostName, teams, expecting("zones and their teams such as { acme.example: [acme-it] }"))
    .describe(
      "Domains that tenants' own hosts may be below, and the teams whose tenants may. Where zones are nested, the nearest above a host decides. The zone itself is no host.",
    ),
}).describe("In which domains tenants may have hosts of their own. A domain that no zone has is nobody's.");

/** The file after parsing. */
export type ZonesFile = z.output<typeof zonesSchema>;
