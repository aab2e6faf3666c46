import assert from "node:assert/strict";
import type pg from "pg";
import type { Superset } from "../../features/analytics/superset.ts";
import { syncAnalytics } from "../../features/analytics/sync.ts";
import { readTemplate } from "../../features/analytics/template.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { makeSmallTenant } from "../support/smallTenant.ts";
import { ask, questionOf, rowsOf } from "./support/dashboard.ts";
import { guestToken } from "./support/guest.ts";
import { Hub } from "./support/hub.ts";

/** A number as PostgreSQL, JSON and pandas all write it: 12 digits, since sums of floats differ in the last ones by their order. */
function comparable(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value)) return Number(Number(value).toPrecision(12));
  return value;
}

function sorted(rows: readonly Record<string, unknown>[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        Object.fromEntries(
          Object.entries(row)
            .map(([key, value]) => [key, comparable(value)] as const)
            .sort(),
        ),
      ),
    )
    .sort();
}

/**
 * The question of each chart in SQL, written by hand over the tenant's Odoo tables where the view is a sum of them, and over the
 * reporting views of the tenant's own database elsewhere: never over the copies that Superset reads.
 */
const QUESTIONS: Readonly<Record<string, string>> = {
  projects: `SELECT count(*) AS projects FROM reporting.project_financials WHERE active`,
  "at-risk": `SELECT count(*) AS at_risk FROM reporting.project_financials WHERE active AND status IN ('at_risk', 'off_track')`,
  "over-budget": `SELECT count(*) AS over_budget FROM reporting.project_financials WHERE active AND actual_cost > budget_cost AND budget_cost <> 0`,
  "overdue-tasks": `SELECT count(*) AS overdue_tasks FROM reporting.tasks t JOIN reporting.project_financials f USING (project_id)
    WHERE f.active AND NOT t.is_closed AND t.deadline_at < now()`,
  hours: `SELECT sum(unit_amount) AS hours FROM public.account_analytic_line WHERE project_id IS NOT NULL`,
  utilisation: `SELECT sum(CASE WHEN project_id IN (SELECT project_id FROM reporting.projects) THEN unit_amount ELSE 0 END) / sum(unit_amount) AS utilisation
    FROM public.account_analytic_line WHERE project_id IS NOT NULL`,
  "budget-against-actual": `SELECT currency, sum(budget_cost) AS budget_cost, sum(actual_cost) AS actual_cost,
    sum(actual_cost) / nullif(sum(budget_cost), 0) AS cost_used, sum(budget_revenue) AS budget_revenue, sum(actual_revenue) AS actual_revenue
    FROM reporting.project_financials WHERE active GROUP BY currency`,
  "projects-by-status": `SELECT status, count(DISTINCT project_id) AS projects FROM reporting.project_financials WHERE active GROUP BY status`,
  burn: `SELECT to_char(l.date, 'YYYY-MM') AS month, c.name AS currency,
    coalesce(sum(l.amount) FILTER (WHERE k.kind = 'revenue'), 0) AS revenue, coalesce(sum(-l.amount) FILTER (WHERE k.kind = 'cost'), 0) AS cost
    FROM public.account_analytic_line l JOIN public.res_company m ON m.id = l.company_id JOIN public.res_currency c ON c.id = m.currency_id
    LEFT JOIN public.account_account a ON a.id = l.general_account_id
    CROSS JOIN LATERAL (SELECT CASE WHEN a.account_type LIKE 'income%' THEN 'revenue' WHEN a.account_type LIKE 'expense%' THEN 'cost'
      WHEN l.amount > 0 THEN 'revenue' ELSE 'cost' END AS kind) k
    WHERE l.project_id IS NULL GROUP BY 1, 2`,
  "hours-by-month": `SELECT to_char(date, 'YYYY-MM') AS month, sum(unit_amount) AS hours,
    coalesce(sum(unit_amount) FILTER (WHERE project_id IN (SELECT project_id FROM reporting.projects)), 0) AS project_hours
    FROM public.account_analytic_line WHERE project_id IS NOT NULL GROUP BY 1`,
  "hours-by-department": `SELECT coalesce(department, 'No department') AS department, sum(hours) AS hours FROM reporting.timesheets GROUP BY 1`,
  "budget-variance": `SELECT to_char(l.date_from, 'YYYY-MM') AS month, v.kind, v.currency, sum(abs(l.planned_amount)) AS planned,
    sum(CASE v.kind WHEN 'cost' THEN -v.actual_amount ELSE v.actual_amount END) AS actual, sum(v.actual_amount - l.planned_amount) AS variance
    FROM public.crossovered_budget_lines l JOIN public.crossovered_budget b ON b.id = l.crossovered_budget_id
    JOIN reporting.budget_lines v ON v.budget_line_id = l.id WHERE b.state IN ('validate', 'done') GROUP BY 1, 2, 3`,
  "lines-by-account": `SELECT coalesce(analytic_account, 'No account') AS analytic_account, currency,
    sum(CASE kind WHEN 'revenue' THEN amount ELSE 0 END) AS revenue, sum(CASE kind WHEN 'cost' THEN -amount ELSE 0 END) AS cost, count(*) AS lines
    FROM reporting.analytic_lines GROUP BY 1, 2`,
  "projects-table": `SELECT project, status, currency, sum(budget_cost) AS budget_cost, sum(actual_cost) AS actual_cost,
    sum(actual_cost) / nullif(sum(budget_cost), 0) AS cost_used, sum(budget_cost - actual_cost) AS cost_variance,
    sum(actual_revenue - actual_cost) AS margin FROM reporting.project_financials WHERE active GROUP BY 1, 2, 3`,
  deadlines: `SELECT to_char(deadline_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS tasks,
    count(*) FILTER (WHERE is_closed AND closed_at <= deadline_at) AS in_time, count(*) FILTER (WHERE is_closed AND closed_at > deadline_at) AS closed_late,
    count(*) FILTER (WHERE NOT is_closed AND deadline_at < now()) AS open_late FROM reporting.tasks WHERE deadline_at IS NOT NULL GROUP BY 1`,
  "late-tasks": `SELECT task, coalesce(stage, 'No stage') AS stage, (extract(epoch FROM (deadline_at AT TIME ZONE 'UTC')::date) * 1000)::bigint AS deadline_on,
    (now() AT TIME ZONE 'UTC')::date - (deadline_at AT TIME ZONE 'UTC')::date AS days_late
    FROM reporting.tasks WHERE NOT is_closed AND deadline_at < now()`,
};

/** Figures of tenant `small`, added up by hand from test/support/smallTenant.ts. */
const KNOWN: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  projects: [{ projects: 1 }],
  "at-risk": [{ at_risk: 1 }],
  "over-budget": [{ over_budget: 0 }],
  "overdue-tasks": [{ overdue_tasks: 1 }],
  hours: [{ hours: 9 }],
  utilisation: [{ utilisation: 8 / 9 }],
  "budget-against-actual": [
    {
      currency: "EUR",
      budget_cost: 6000,
      actual_cost: 3490,
      cost_used: 3490 / 6000,
      budget_revenue: 10000,
      actual_revenue: 3500,
    },
  ],
  "projects-by-status": [{ status: "at_risk", projects: 1 }],
  burn: [
    { month: "2025-12", currency: "EUR", revenue: 0, cost: 100 },
    { month: "2026-02", currency: "EUR", revenue: 3500, cost: 3000 - 250 + 40 + 7777 },
  ],
  "hours-by-month": [{ month: "2026-02", hours: 9, project_hours: 8 }],
  "budget-variance": [
    { month: "2026-01", kind: "revenue", currency: "EUR", planned: 10000, actual: 3500, variance: -6500 },
    { month: "2026-01", kind: "cost", currency: "EUR", planned: 6000, actual: 2750, variance: 3250 },
  ],
  deadlines: [
    // The sub-task was closed at no known time.
    { month: "2020-01", tasks: 5, in_time: 0, closed_late: 3, open_late: 1 },
    { month: "2999-01", tasks: 2, in_time: 0, closed_late: 0, open_late: 0 },
  ],
};

describe("figures of the dashboards", function () {
  this.timeout(900_000);
  const tenants = ["acme", "beta", "small"];
  let hub: Hub;
  let superset: Superset;
  const tokens = new Map<string, string>();

  before(async () => {
    hub = await Hub.start();
    for (const tenant of ["acme", "beta"]) await hub.fixture.makeTenant(tenant);
    await makeSmallTenant(hub.fixture);
    const { embeddings, tenants: results } = await syncAnalytics(
      hub.wanted(...tenants.map((tenant) => hub.tenant(tenant))),
      () => undefined,
    );
    assert.deepEqual(
      results.flatMap(({ error }) => error ?? []),
      [],
    );
    superset = await hub.client();
    for (const tenant of tenants) tokens.set(tenant, guestToken(embeddings.tenants[tenant]?.[0]?.embedding ?? ""));
  });
  after(() => hub.stop());

  const shown = async (tenant: string, chart: string) => {
    const { body } = await questionOf(superset, tenant, chart);
    const answer = await ask(hub.url, tokens.get(tenant) ?? "", body);
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await rowsOf(answer)).rows;
  };

  it("cover every chart of the template", () => {
    const charts = Object.keys(readTemplate(PROJECT_ROOT, "finance_ppm/v1")?.charts ?? {});
    assert.deepEqual(charts.sort(), [...Object.keys(QUESTIONS), "freshness"].sort());
  });

  for (const [chart, question] of Object.entries(QUESTIONS)) {
    it(`${chart}: what the page shows equals the same question in SQL`, async () => {
      for (const tenant of tenants) {
        const wanted = await hub.fixture.asOwner(
          tenant,
          async (client: pg.Client) => (await client.query<Record<string, unknown>>(question)).rows,
        );
        assert.ok(wanted.length > 0, tenant);
        assert.deepEqual(sorted(await shown(tenant, chart)), sorted(wanted), tenant);
      }
    });
  }

  for (const [chart, rows] of Object.entries(KNOWN)) {
    it(`${chart}: what the page shows of tenant small is what was added up by hand`, async () => {
      assert.deepEqual(sorted(await shown("small", chart)), sorted(rows));
    });
  }

  it("freshness: says when the data are of, and warns when they are late", async () => {
    const [fresh] = await shown("acme", "freshness");
    assert.equal(fresh?.["state"], "current");
    assert.equal(fresh["last_copy"], "succeeded");
    await hub.fixture.analytics.connect((client) =>
      client.query("UPDATE tenant_acme_data.sync_log SET started_at = started_at - interval '1 hour'"),
    );
    const [late] = await shown("acme", "freshness");
    assert.equal(late?.["state"], "late: figures are older than 30 minutes");
    assert.ok(Number(late["minutes_old"]) >= 60, String(late["minutes_old"]));
  });
});
