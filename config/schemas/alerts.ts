import { z } from "zod";
import { expecting, httpsUrl, LABEL, mapping, text } from "./common.ts";

const channel = text(
  /^[a-z0-9][a-z0-9_-]{0,63}$/,
  'a Mattermost channel as its address has it such as "finance-ops"',
).describe("Mattermost channel, by the name in its address.");

const team = text(LABEL, 'a team such as "finance-ops"');

/** `alerts/settings.yaml`: where alerts are sent. */
export const alertsSchema = mapping({
  runbooks: httpsUrl.describe("Address under which people read docs/runbooks/ of this repository, without a closing slash."),
  webhookFile: text(/^\/[\w.-]+(?:\/[\w.-]+)*$/, "an absolute path")
    .default("/etc/alertmanager/secrets/mattermost-webhook")
    .describe(
      "File on Alertmanager's side that holds the address of Mattermost's incoming webhook, which is a secret. Default /etc/alertmanager/secrets/mattermost-webhook.",
    ),
  platform: mapping({ channel }).describe("The team that runs the platform: it receives every alert."),
  teams: z
    .record(team, mapping({ channel }), expecting("a mapping from teams to channels"))
    .default({})
    .describe("Owner teams whose channel has another name than the team. Default: none."),
}).describe("Where alerts are sent.");

/** `alerts/settings.yaml` as it is after parsing, defaults filled in. */
export type AlertSettings = z.output<typeof alertsSchema>;
