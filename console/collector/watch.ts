import { sql } from "kysely";
import { WATCHED } from "../api/watch.ts";
import type { WatchedSource } from "../api/watch.ts";
import type { Database } from "../database/connect.ts";
import type { Settings } from "./settings.ts";
import type { Source } from "./source.ts";
import { alertmanagerSource } from "./sources/alertmanager.ts";
import { analyticsSource } from "./sources/analytics.ts";
import { kubernetesSource } from "./sources/kubernetes.ts";
import { prometheusSource } from "./sources/prometheus.ts";

/** Tables of what is watched, by the source that fills them. */
const TABLES: Readonly<Record<WatchedSource, readonly string[]>> = {
  analytics: ["syncs"],
  kubernetes: ["pods", "certificates"],
  alertmanager: ["alerts"],
  prometheus: ["measurements"],
};

/** Sources that watch what runs, as far as they are set up. */
export function watchSources(settings: Settings): Source[] {
  const { CONSOLE_ANALYTICS_URL: analytics, CONSOLE_KUBECONFIG: kubeconfig } = settings;
  const { CONSOLE_ALERTMANAGER_URL: alertmanager, CONSOLE_PROMETHEUS_URL: prometheus } = settings;
  return [
    ...(analytics === undefined ? [] : [analyticsSource(analytics)]),
    ...(kubeconfig === undefined ? [] : [kubernetesSource(kubeconfig)]),
    ...(alertmanager === undefined
      ? []
      : [alertmanagerSource({ url: alertmanager, token: settings.CONSOLE_ALERTMANAGER_TOKEN })]),
    ...(prometheus === undefined
      ? []
      : [prometheusSource({ url: prometheus, token: settings.CONSOLE_PROMETHEUS_TOKEN })]),
  ];
}

/** Forgets what was watched by sources that are no longer set up: old figures would look like new ones. @param names of those that are */
export async function forgetUnwatched(database: Database, names: readonly string[]): Promise<void> {
  for (const source of WATCHED.filter((name) => !names.includes(name))) {
    await database.deleteFrom("sources").where("name", "=", source).execute();
    for (const table of TABLES[source]) await sql`DELETE FROM ${sql.table(table)}`.execute(database);
  }
}
