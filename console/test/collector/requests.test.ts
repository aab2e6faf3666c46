import assert from "node:assert/strict";
import { githubOf } from "../../../features/requests/github.ts";
import { TestForge } from "../../../test/forge/support/forge.ts";
import { openFileStore } from "../../../lib/fileStore.ts";
import { eventsSource } from "../../collector/sources/events.ts";
import { requestsSource } from "../../collector/sources/requests/index.ts";
import { requestFor } from "../../server/routes/requests/rows.ts";
import { event, giveEvent } from "../support/event.ts";
import { Projections } from "../support/projections.ts";

describe("the source requests", () => {
  let projections: Projections;
  let forge: TestForge;
  before(async () => {
    projections = await Projections.start();
  });
  beforeEach(async () => {
    await projections.renew();
    forge = new TestForge();
    forge.prepare();
    await forge.start();
  });
  afterEach(() => forge.end());
  after(() => projections.stop());

  const github = (token = forge.instance.secrets.forgeReader) =>
    githubOf({ GITHUB_API_URL: forge.url, GITHUB_REPOSITORY: "sandbox/platform", GITHUB_TOKEN: token });
  /** As in a cluster, where pull requests say everything; or as in a sandbox, where the forge says more. */
  const read = (isSandbox = false) =>
    projections.collect(
      requestsSource(
        () => github(),
        isSandbox ? { url: forge.url, token: forge.instance.secrets.forgeReader } : undefined,
      ),
    );
  const row = () => projections.database.selectFrom("requests").selectAll().executeTakeFirstOrThrow();
  const shown = async () => requestFor({}, await row());
  const states = async () => (await shown()).steps.map(({ name, state }) => `${name} ${state}`);
  const review = (verdict: string, comment = "") => forge.review(1, { login: "jo-santos", verdict, comment });

  it("follows a request from its pull request to its deployment", async () => {
    const { promise: checked, resolve: pass } = Promise.withResolvers<undefined>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>();
    await forge.restart({
      checks: [
        {
          name: "validate",
          run: async () => {
            begin(undefined);
            await checked;
            return { conclusion: "success", title: "All files are valid.", summary: "12 files" };
          },
        },
      ],
    });
    await forge.ask("pause");
    await begun;
    await read();
    const opened = await shown();
    assert.equal(opened.state, "opened");
    assert.deepEqual(
      [opened.requester, opened.approver, opened.reason, opened.tenant],
      ["maria-cruz", "jo-santos", "as <agreed>", "acme"],
    );
    assert.deepEqual(opened.pull, { number: 1, url: `${forge.url}/sandbox/platform/pull/1` });
    assert.match(opened.diff ?? "", /^\+lifecycle: paused$/m);
    assert.deepEqual(
      opened.checks.map(({ name, state }) => `${name} ${state}`),
      ["validate running"],
    );

    pass(undefined);
    await forge.idle();
    await read();
    const waiting = await shown();
    assert.equal(waiting.state, "waiting");
    assert.deepEqual(
      waiting.checks.map(({ name, state, title, summary }) => [name, state, title, summary]),
      [["validate", "passed", "All files are valid.", "12 files"]],
    );
    assert.equal((await states())[3], "approval active");

    await review("APPROVE");
    await forge.idle();
    await read();
    assert.equal((await shown()).state, "deploying");
    assert.deepEqual((await states()).slice(3), ["approval done", "merged done", "deployed active"]);
  });

  it("is done when the first deployment after the merge has ended, also long after the merge", async () => {
    await forge.ask("pause");
    await forge.idle();
    await review("APPROVE");
    await forge.idle();
    await read();
    // So long ago that the pull request is not listed any more.
    await projections.database
      .updateTable("sources")
      .set({ cursor: new Date(Date.now() + 3_600_000).toISOString() })
      .execute();
    const folder = `${projections.folder}/events`;
    giveEvent(folder, event({ at: new Date(Date.now() - 3_600_000).toISOString() }));
    giveEvent(folder, event({ at: new Date(Date.now() + 60_000).toISOString(), seconds: 1 }));
    await projections.collect(eventsSource(openFileStore(folder)));
    await read();
    const { state, steps } = await shown();
    assert.equal(state, "done");
    assert.ok(steps.at(-1)?.at !== undefined);
  });

  it("has failed with its deployment, in the deployment's words", async () => {
    await forge.ask("pause");
    await forge.idle();
    await review("APPROVE");
    await forge.idle();
    const folder = `${projections.folder}/events`;
    const at = new Date(Date.now() + 60_000).toISOString();
    giveEvent(folder, event({ at, seconds: 1, outcome: "failed", reason: "The server is full" }));
    await projections.collect(eventsSource(openFileStore(folder)));
    await read();
    const { state, problem } = await shown();
    assert.deepEqual([state, problem], ["failed", "The server is full"]);
    assert.equal((await states()).at(-1), "deployed failed");
  });

  it("is rejected in the approver's words", async () => {
    await forge.ask("pause");
    await forge.idle();
    await review("REQUEST_CHANGES", "Not before <December>");
    await forge.idle();
    await read();
    const { state, problem } = await shown();
    assert.deepEqual([state, problem], ["rejected", "Not before <December>"]);
    assert.equal((await states())[3], "approval failed");
  });

  it("has failed with a check", async () => {
    await forge.restart({
      checks: [
        {
          name: "validate",
          run: () => Promise.resolve({ conclusion: "failure", title: "plan: is wrong", summary: "all of it" }),
        },
      ],
    });
    await forge.ask("pause");
    await forge.idle();
    await read();
    const { state, problem, checks } = await shown();
    assert.equal(state, "failed");
    assert.match(problem ?? "", /^A check has failed\. See docs\/runbooks\/request-failed\.md$/);
    assert.deepEqual(
      checks.map(({ name, state: each, title }) => [name, each, title]),
      [["validate", "failed", "plan: is wrong"]],
    );
    assert.equal((await states())[2], "checks failed");
  });

  it("does not write what has not changed, and reads it all again without a difference", async () => {
    await forge.ask("pause");
    await forge.idle();
    await read();
    const before = await row();
    await read();
    assert.deepEqual(await row(), before);
  });

  it("keeps the time at which the console was asked", async () => {
    const asked = "2026-11-30T08:00:00.000Z";
    await projections.database
      .insertInto("requests")
      .values({
        id: "request-1",
        action: "pause",
        tenant: "acme",
        requester: "maria-cruz",
        approver: "jo-santos",
        reason: "as <agreed>",
        state: "received",
        opened_at: asked,
        updated_at: asked,
        steps: JSON.stringify({ received: asked }),
      })
      .execute();
    await forge.ask("pause");
    await forge.idle();
    await read();
    const { state, openedAt, steps } = await shown();
    assert.deepEqual([state, openedAt, steps[0]?.at], ["waiting", asked, asked]);
  });

  it("learns in a sandbox what no pull request says: why a request was refused before it had one", async () => {
    const now = new Date();
    await projections.database
      .insertInto("requests")
      .values({
        id: "request-1",
        action: "change",
        tenant: "acme",
        requester: "maria-cruz",
        approver: "jo-santos",
        reason: "as agreed",
        state: "received",
        opened_at: now,
        updated_at: now,
      })
      .execute();
    await forge.ask("change", { changes: { plan: "huge" } });
    await forge.idle();
    await read();
    assert.equal((await shown()).state, "received");
    await read(true);
    const { state, problem } = await shown();
    assert.equal(state, "refused");
    assert.match(problem ?? "", /plan: .*"huge"/);
  });

  it("learns in a sandbox that and when a deployment has ended", async () => {
    await forge.ask("pause");
    await forge.idle();
    await review("APPROVE");
    await forge.idle();
    await read(true);
    const { state, steps } = await shown();
    assert.equal(state, "done");
    assert.equal(steps.at(-1)?.at, (await forge.status()).updatedAt);
  });

  it("says that the token is refused, and keeps what it has", async () => {
    await forge.ask("pause");
    await forge.idle();
    await read();
    const before = await row();
    await projections.collect(requestsSource(() => github("another"), undefined));
    const source = await projections.state("requests");
    assert.equal(source?.state, "failed");
    assert.match(source.problem ?? "", /^GitHub answered 401 when it was asked for pull requests: check the token/);
    assert.deepEqual(await row(), before);
  });

  it("says which setting is missing", async () => {
    await projections.collect(requestsSource(() => githubOf({}), undefined));
    const source = await projections.state("requests");
    assert.equal(source?.state, "missing");
    assert.match(source.problem ?? "", /^Requests cannot be read: GITHUB_REPOSITORY is not set/);
  });

  it("says that the forge's own list is refused", async () => {
    await projections.collect(requestsSource(() => github(), { url: forge.url, token: "another" }));
    assert.match((await projections.state("requests"))?.problem ?? "", /does not tell what became of requests: .*401/);
  });
});
