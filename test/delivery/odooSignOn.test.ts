import assert from "node:assert/strict";
import { Browser } from "../../features/delivery/smoke/browser.ts";
import { doorsOutside } from "../../features/delivery/smoke/doors.ts";
import { buttons, signedOn, signOff, signOn } from "../../features/delivery/smoke/odooSignOn.ts";
import { FakeOdoo, PERSON } from "../support/fakeOdoo.ts";

describe("a log-in to Odoo", () => {
  const fake = new FakeOdoo();
  before(() => fake.start());
  after(() => {
    fake.stop();
  });
  beforeEach(() => {
    fake.behaviour = {};
  });

  it("goes through the realm's form, and the log-out ends both sessions", async () => {
    const browser = new Browser();
    assert.deepEqual(await signOn(browser, fake.place, PERSON), {
      user: { uid: 7, login: "anna@acme.example", isSystem: false, isInternal: true },
    });
    await signOff(browser, fake.place);
    assert.equal(await signedOn(browser, fake.place), undefined);
  });

  it("tells what Odoo says when it refuses", async () => {
    fake.behaviour = { refusal: "You may not use this Odoo." };
    assert.deepEqual(await signOn(new Browser(), fake.place, PERSON), { refusal: "You may not use this Odoo." });
    // The realm's session has ended too: the next person has a form.
    fake.behaviour = {};
    await assert.rejects(
      signOn(new Browser(), fake.place, { ...PERSON, password: "wrong" }),
      /answers 200 Invalid username/,
    );
  });

  it("sees a realm's session that outlasts the log-out", async () => {
    fake.behaviour = { keepsRealmSession: true };
    const browser = new Browser();
    await signOn(browser, fake.place, PERSON);
    await assert.rejects(signOff(browser, fake.place), /lets the person in again after the log-out/);
  });

  it("sees a second button", async () => {
    fake.behaviour = { other: '<a href="https://accounts.odoo.com/oauth2/auth?x">Log in with Odoo.com</a>' };
    await assert.rejects(
      signOn(new Browser(), fake.place, PERSON),
      /"Log in with Acme & Co", "Log in with Odoo\.com", expected one/,
    );
    assert.deepEqual(buttons("<p>none</p>"), []);
  });

  it("sees what is open to strangers, and nothing where all is closed", async () => {
    const open = async () => (await doorsOutside(fake.place)).map((door) => door.open);
    assert.deepEqual(await open(), [[], [], [], []]);
    const other = '<a href="https://accounts.odoo.com/oauth2/auth?x">Log in with Odoo.com</a>';
    fake.behaviour = { knownPassword: true, signUp: true, other, manager: true };
    assert.deepEqual(await open(), [
      ['admin logs in with the password "admin"'],
      ["sign up (/web/signup answers 200)"],
      ['the log-in page offers "Log in with Odoo.com"'],
      ["/web/database/manager is open", "/jsonrpc lists the databases"],
    ]);
  });

  it("leaves no session of a stranger who got in", async () => {
    fake.behaviour = { knownPassword: true };
    const browsers: Browser[] = [];
    await doorsOutside(fake.place, () => {
      const browser = new Browser();
      browsers.push(browser);
      return browser;
    });
    for (const browser of browsers) assert.equal(await signedOn(browser, fake.place), undefined);
  });

  it("reaches a host by a detour", async () => {
    const { odoo, issuer } = fake.place;
    const detours = new Map([
      ["erp.acme.example", { origin: odoo, headers: { "x-forwarded-host": "erp.acme.example" } }],
    ]);
    const page = await new Browser(detours).request("https://erp.acme.example/web/login");
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(issuer));
  });
});
