import type { AlertSettings } from "../../config/index.ts";

/** Receiver of the team that runs the platform. */
export const PLATFORM_RECEIVER = "platform";

/** Receiver of an owner team. */
export function teamReceiver(team: string): string {
  return `team-${team}`;
}

/**
 * Alertmanager's configuration, for version 0.32 or later (`mattermost_configs` with its fields at the top).
 *
 * The platform's team gets every alert; an owner team gets what its tenants' people notice (label `audience: owner`).
 *
 * @param teams owner teams of all tenants, each once
 */
export function alertmanagerConfig(settings: AlertSettings, teams: readonly string[]) {
  const channelOf = (team: string) => settings.teams[team]?.channel ?? team;
  return {
    global: { mattermost_webhook_url_file: settings.webhookFile },
    route: {
      receiver: PLATFORM_RECEIVER,
      // A message a kind of trouble and team, however many tenants it hits.
      group_by: ["environment", "alertname", "team"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "12h",
      routes: [
        {
          receiver: PLATFORM_RECEIVER,
          matchers: ['severity="critical"'],
          repeat_interval: "2h",
          continue: true,
        },
        { receiver: PLATFORM_RECEIVER, matchers: ['severity!="critical"'], continue: true },
        ...teams.map((team) => ({
          receiver: teamReceiver(team),
          matchers: ['audience="owner"', `team=${JSON.stringify(team)}`],
        })),
      ],
    },
    inhibit_rules: [
      // Who is down is slow, and its queues wait, too.
      {
        source_matchers: ['alertname="OdooTenantDown"'],
        target_matchers: ['alertname=~"OdooTenantSlow|OdooQueueStuck"'],
        equal: ["environment", "tenant"],
      },
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity="warning"'],
        equal: ["alertname", "environment", "tenant", "name"],
      },
      // A certificate that is near its end is not renewed for the reason that this one tells.
      {
        source_matchers: ['alertname="OdooCertificateNearEnd"'],
        target_matchers: ['alertname="OdooCertificateNotReady"'],
        equal: ["environment", "name"],
      },
    ],
    receivers: [
      receiver(PLATFORM_RECEIVER, settings.platform.channel, settings.runbooks),
      ...teams.map((team) => receiver(teamReceiver(team), channelOf(team), settings.runbooks)),
    ],
  };
}

function receiver(name: string, channel: string, runbooks: string) {
  return {
    name,
    mattermost_configs: [
      {
        channel,
        send_resolved: true,
        title: TITLE,
        title_link: "",
        text: messageText(runbooks),
      },
    ],
  };
}

const TITLE =
  '{{ if eq .Status "firing" }}{{ .CommonLabels.severity | toUpper }}{{ else }}resolved{{ end }}: {{ .GroupLabels.alertname }}' +
  "{{ with .GroupLabels.environment }} in {{ . }}{{ end }}";

/** The message: a line an alert, each with its runbook's address. Rules name runbooks by their path in this repository. */
export function messageText(runbooks: string): string {
  return [
    "{{ range .Alerts.Firing }}",
    "- **{{ .Annotations.summary }}** {{ .Annotations.description }}",
    `  [What to do](${runbooks}/{{ reReplaceAll "^docs/runbooks/" "" .Annotations.runbook_url }})`,
    "{{ end }}{{ range .Alerts.Resolved }}",
    "- {{ .Annotations.summary }}: resolved",
    "{{ end }}",
  ].join("\n");
}
