import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { freePort } from "../../../sandbox/instance.ts";
import { collect } from "../../collector/collect.ts";
import type { Source } from "../../collector/source.ts";
import { alertmanagerSource } from "../../collector/sources/alertmanager.ts";
import { prometheusSource } from "../../collector/sources/prometheus.ts";
import { Projections } from "../support/projections.ts";
import { recorded, WatchServer } from "../support/watchServer.ts";

const TOKEN = "a-token-of-the-console";

const answer =
  (...bodies: readonly (readonly [part: string, file: string])[]): RequestListener =>
  ({ url = "" }, response) => {
    const file = bodies.find(([part]) => decodeURIComponent(url).includes(part))?.[1];
    response.writeHead(file === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(file === undefined ? "" : recorded(file));
  };
const ALERTMANAGER = answer(["/api/v2/alerts", "alerts"], ["/api/v2/silences", "silences"]);
const PROMETHEUS = answer(["probe_success", "availability"], ["probe_duration_seconds", "response"]);

describe("sources that watch", () => {
  let projections: Projections;
  let server: WatchServer | undefined;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(async () => {
    await projections.renew();
    await projections.haveTenants("acme", "globex");
  });
  afterEach(() => server?.stop());
  after(() => projections.stop());

  const SOURCES: Readonly<Record<string, { of: (url: string) => Source; listener: RequestListener }>> = {
    alertmanager: { of: (url) => alertmanagerSource({ url, token: TOKEN }, 1), listener: ALERTMANAGER },
    prometheus: { of: (url) => prometheusSource({ url, token: TOKEN }, 1), listener: PROMETHEUS },
  };
  const read = async (source: Source) => (await collect(projections.database, [source], true))?.[0]?.problem;
  const rows = async () => ({
    alerts: await projections.database.selectFrom("alerts").selectAll().orderBy("name").execute(),
    measurements: await projections.database.selectFrom("measurements").selectAll().orderBy("tenant").execute(),
  });
  const tenants = () =>
    projections.database.selectFrom("tenants").select(["id", "alert", "alerts"]).orderBy("id").execute();

  it("have Alertmanager's alerts of this project, with who silenced them, and count those that nobody did", async () => {
    server = await WatchServer.start(ALERTMANAGER);
    assert.equal(await read(alertmanagerSource({ url: `${server.url}/`, token: TOKEN })), undefined);
    const { alerts } = await rows();
    assert.deepEqual(
      alerts.map(({ name, severity, tenant, state, runbook }) => [name, severity, tenant, state, runbook]),
      [
        ["OdooAnalyticsLag", "warning", "globex", "silenced", "docs/runbooks/alert-analytics-lag.md"],
        ["OdooRealmBudget", "warning", null, "active", null],
        ["OdooTenantDown", "critical", "acme", "active", "docs/runbooks/alert-tenant-down.md"],
        ["OdooTenantSlow", "warning", "acme", "inhibited", null],
      ],
    );
    assert.equal(alerts[0]?.silence, "Silenced by kim-reyes until 2027-11-30T00:00Z: The analytics server moves");
    assert.equal(alerts[2]?.since.toISOString(), "2026-11-30T08:00:00.000Z");
    assert.deepEqual(await tenants(), [
      { id: "acme", alert: "critical", alerts: 1 },
      { id: "globex", alert: null, alerts: 0 },
    ]);
    assert.deepEqual(new Set(server.authorizations), new Set([`Bearer ${TOKEN}`]));
  });

  it("have Prometheus' figures of each tenant, without those that are not numbers", async () => {
    server = await WatchServer.start(PROMETHEUS);
    assert.equal(await read(prometheusSource({ url: server.url })), undefined);
    assert.deepEqual((await rows()).measurements, [
      { tenant: "acme", availability: 0.5, response_seconds: 0.25 },
      { tenant: "globex", availability: 1, response_seconds: 0.05 },
    ]);
    assert.deepEqual(new Set(server.authorizations), new Set([undefined]));
  });

  it("take an alert away when it is over", async () => {
    server = await WatchServer.start(ALERTMANAGER);
    await read(alertmanagerSource({ url: server.url }));
    const empty = await WatchServer.start((_, response) => void response.end("[]"));
    await read(alertmanagerSource({ url: empty.url }));
    empty.stop();
    assert.deepEqual((await rows()).alerts, []);
    assert.equal((await tenants())[0]?.alert, null);
  });

  it("say of a tenant that runs what nothing watches, until something does", async () => {
    const unwatched = async () =>
      (await projections.database.selectFrom("tenants").select(["id", "unwatched"]).orderBy("id").execute()).map(
        (row) => row.unwatched,
      );
    await read({ name: "nothing", rhythm: 60, read: () => Promise.resolve({}) });
    assert.deepEqual(await unwatched(), [null, null], "what does not run need not be watched");
    await projections.database
      .insertInto("stacks")
      .values({ name: "prod", environment: "prod", taken_at: new Date(), pending: 0 })
      .execute();
    await projections.database
      .insertInto("placements")
      .values({ tenant: "acme", stack: "prod", hosts: [], resources: 1 })
      .execute();
    server = await WatchServer.start(PROMETHEUS);
    await read({ name: "nothing", rhythm: 60, read: () => Promise.resolve({}) });
    assert.equal((await unwatched())[0], "Nothing watches its analytics lag, pods, availability, alerts");
    await read(prometheusSource({ url: server.url }));
    assert.equal((await unwatched())[0], "Nothing watches its analytics lag, pods, alerts");
  });

  for (const [name, { of, listener }] of Object.entries(SOURCES)) {
    it(`have ${name} once, when two collectors read it`, async () => {
      server = await WatchServer.start(listener);
      const source = of(server.url);
      await read(source);
      const before = await rows();
      await Promise.all([read(source), read(source)]);
      assert.deepEqual(await rows(), before);
    });

    it(`leave ${name} alone for a while after each read`, async () => {
      server = await WatchServer.start(listener);
      for (let times = 0; times < 3; times++) await collect(projections.database, [of(server.url)]);
      assert.equal(server.authorizations.length, 2);
    });

    const broken: readonly (readonly [what: string, listener: RequestListener, expected: RegExp])[] = [
      ["hangs", () => undefined, /does not answer within 1 s/],
      ["fails", (_, response) => void response.writeHead(503).end("secret words"), /answers with status 503/],
      [
        "refuses it",
        (_, response) => void response.writeHead(401).end(),
        /refuses the console \(401\), expected a token/,
      ],
      ["answers no JSON", (_, response) => void response.end("{"), /answers otherwise than expected \(no JSON\)/],
      [
        "answers something else",
        (_, response) => void response.end('[{"labels":1}]'),
        /answers otherwise than expected/,
      ],
      ["refuses a query", (_, response) => void response.writeHead(400).end(recorded("refused")), /status 400/],
      [
        "leads elsewhere",
        (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
        /cannot be asked/,
      ],
    ];
    for (const [what, brokenListener, expected] of broken) {
      it(`keep the rows of ${name} when it ${what}, and quote neither it nor the token`, async () => {
        server = await WatchServer.start(listener);
        await read(of(server.url));
        const before = await rows();
        const other = await WatchServer.start(brokenListener);
        const problem = (await read(of(other.url))) ?? "";
        other.stop();
        assert.match(problem, expected);
        assert.match(problem, /at 127\.0\.0\.1:\d+ .*: see docs\/runbooks\/console\.md$/);
        assert.ok(!problem.includes(TOKEN) && !problem.includes("secret words"));
        assert.deepEqual(await rows(), before);
        assert.equal((await projections.state(name))?.state, "failed");
      });
    }

    it(`say that nothing listens where ${name} should`, async () => {
      assert.match((await read(of(`http://127.0.0.1:${await freePort()}`))) ?? "", /cannot be asked \(ECONNREFUSED\)/);
      assert.equal((await projections.state(name))?.state, "missing");
    });
  }
});
