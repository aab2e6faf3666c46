import { randomBytes } from "node:crypto";
import { parse } from "yaml";
import { z } from "zod";
import type { Browser } from "../../../features/delivery/smoke/browser.ts";
import {
  buttons,
  passwordOpens,
  signedOn,
  signOff,
  signOn,
  signOnPlace,
} from "../../../features/delivery/smoke/odooSignOn.ts";
import type { SignedOn, SignOnPlace } from "../../../features/delivery/smoke/odooSignOn.ts";
import { equal } from "../check.ts";
import type { Check, Finding } from "../check.ts";
import { Realm } from "../realm.ts";
import type { Group, Person } from "../realm.ts";
import type { Walk } from "../walk.ts";

const USER = "internal user";
const ADMIN = "internal user with settings";
const NOBODY = "nobody";
const NO_ROLE = "refused: You may not use this Odoo: ask an administrator to add you to the group odoo-users.";

const tenantFile = z.looseObject({ displayName: z.string() });

/** Whom the realm's log-in lets in, with which rights, and whom not. People are made for it, and removed again. */
export const people: Check = {
  title: "people",
  run: async (walk) => {
    const visit = new Visit(walk);
    const web = await walk.startWeb();
    try {
      return await visit.findings();
    } finally {
      await web.stop();
      await visit.tidy();
    }
  },
};

/** One round of people, whose names nobody has had before. */
class Visit {
  readonly #walk: Walk;
  readonly #realm: Realm;
  readonly #place: SignOnPlace;
  readonly #people: Person[] = [];
  /** In every name and address of this round. */
  readonly #mark = randomBytes(4).toString("hex");
  readonly #passwordBefore = randomBytes(18).toString("base64url");

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#realm = new Realm(walk);
    this.#place = signOnPlace(walk.own);
  }

  async findings(): Promise<Finding[]> {
    await this.#makeAccounts();
    return [
      ...(await this.#page()),
      equal("somebody in no group", await this.#newcomer("nobody", []), NO_ROLE),
      ...(await this.#user()),
      equal("somebody of odoo-admins", await this.#newcomer("admin", ["odoo-admins"]), ADMIN),
      ...(await this.#madeBefore()),
      ...(await this.#unverified()),
      ...(await this.#groupTaken()),
      equal(
        "somebody of odoo-users whose account is archived",
        await this.#newcomer("archived", ["odoo-users"]),
        "refused: Your account in this Odoo is archived: ask an administrator to restore it.",
      ),
      equal(
        "somebody of odoo-admins whose account is a customer's",
        await this.#newcomer("portal", ["odoo-admins"]),
        "refused: Your account in this Odoo is a customer's: ask an administrator to make you an internal user.",
      ),
      ...(await this.#owner()),
    ];
  }

  /** Removes everybody again, in the realm and in Odoo. */
  async tidy(): Promise<void> {
    for (const person of this.#people) await this.#realm.remove(person);
    await this.#walk.shell(`
users = env["res.users"].with_context(active_test=False).search([("login", "=ilike", "%.${this.#mark}@example.com")])
partners = users.partner_id
users.unlink()
partners.unlink()
env.cr.commit()
`);
  }

  /** Accounts that somebody made in Odoo, before those whose address they have log in. */
  async #makeAccounts(): Promise<void> {
    await this.#walk.shell(`
users = env["res.users"].with_context(no_reset_password=True)
def make(name, login, group, **values):
    users.create({"name": name, "login": login, "email": login, "groups_id": [(6, 0, env.ref(group).ids)], **values})
make("Made before", "Before.${this.#mark}@Example.com", "base.group_user", password="${this.#passwordBefore}")
make("Archived", "archived.${this.#mark}@example.com", "base.group_user", active=False)
make("Customer", "portal.${this.#mark}@example.com", "base.group_portal")
env.cr.commit()
`);
  }

  async #page(): Promise<Finding[]> {
    const { displayName } = tenantFile.parse(parse(this.#walk.world.read(`tenants/${this.#walk.id}.yaml`)));
    const page = await this.#walk.browser().request(`${this.#place.odoo}/web/login`);
    return [
      equal(
        "buttons of the log-in page",
        buttons(page.text).map(({ text }) => text),
        [`Log in with ${displayName}`],
      ),
    ];
  }

  async #user(): Promise<Finding[]> {
    const person = await this.#add("user", ["odoo-users"]);
    const [first, second] = [this.#walk.browser(), this.#walk.browser()];
    const findings = [
      equal("somebody of odoo-users", await this.#attempt(person, first), USER),
      equal("the same in a second browser", await this.#attempt(person, second), USER),
      equal("in the first browser then", await this.#who(first), USER),
    ];
    const off = await signOff(first, this.#place).then(
      () => "the realm asks for the password",
      (error: unknown) => messageOf(error),
    );
    findings.push(
      equal("after the log-out", off, "the realm asks for the password"),
      equal("in the second browser after it", await this.#who(second), USER),
      equal("log-in again in the first browser", await this.#attempt(person, first), USER),
    );
    return findings;
  }

  async #madeBefore(): Promise<Finding[]> {
    const login = `Before.${this.#mark}@Example.com`;
    const session = this.#walk.browser();
    const findings = [
      equal("account made in Odoo: its password opens", await this.#opens(login, this.#passwordBefore, session), true),
      equal(
        "the same person by the realm, address in other case",
        await this.#newcomer("before", ["odoo-users"]),
        USER,
      ),
      equal("session that the password opened", await this.#who(session), NOBODY),
      equal("its password opens then", await this.#opens(login, this.#passwordBefore), false),
    ];
    const count = await this.#walk.value("SELECT count(*) FROM res_users WHERE lower(login) = lower($1)", [login]);
    return [...findings, equal("accounts of that address", count, "1")];
  }

  async #unverified(): Promise<Finding[]> {
    const person = await this.#add("unverified", ["odoo-admins"], false);
    const found = await this.#attempt(person);
    const count = await this.#walk.value("SELECT count(*) FROM res_users WHERE lower(login) = $1", [person.email]);
    return [
      // The realm itself asks for it where it can send mail.
      equal(
        "somebody whose address is not verified",
        found,
        "refused: Your mail address is not verified: verify it, or ask an administrator to.",
      ),
      equal("accounts made for them", count, "0"),
    ];
  }

  async #groupTaken(): Promise<Finding[]> {
    const person = await this.#add("leaver", ["odoo-users", "odoo-admins"]);
    const session = this.#walk.browser();
    const findings = [equal("somebody of both groups", await this.#attempt(person, session), ADMIN)];
    await this.#realm.leave(person, "odoo-admins");
    findings.push(
      equal("the same without odoo-admins, at the next log-in", await this.#attempt(person), USER),
      equal("in the session from before", await this.#who(session), USER),
    );
    await this.#realm.leave(person, "odoo-users");
    findings.push(
      equal("the same without any group, at the next log-in", await this.#attempt(person), NO_ROLE),
      equal("in the session from before then", await this.#who(session), NOBODY),
    );
    await this.#realm.join(person, "odoo-users");
    findings.push(equal("the same in odoo-users again", await this.#attempt(person), USER));
    return findings;
  }

  /** The tenant's owner, whose account exists from the beginning. What the first log-in changes is taken back. */
  async #owner(): Promise<Finding[]> {
    const { username, password } = this.#walk.own.realm.administrator;
    const [before] = await this.#walk.sql(
      `SELECT u.id, u.active, u.oauth_uid, u.oauth_provider_id, u.partner_id, p.name FROM res_users u
       JOIN res_partner p ON p.id = u.partner_id WHERE u.login = $1`,
      [username],
    );
    const count = await this.#walk.value(
      `SELECT count(*) FROM res_groups_users_rel r JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = r.gid
       WHERE r.uid = $1 AND d.module = 'base' AND d.name IN ('group_user', 'group_system')`,
      [before?.["id"]],
    );
    const findings = [
      equal("the owner's account is active", before?.["active"], true),
      equal("its groups of internal user and settings", count, "2"),
    ];
    const user = await this.#realm.find(username);
    // As if the owner had set a password and a name, which the realm asks for at the first log-in.
    await this.#realm.set({ ...user, firstName: "Odoo", lastName: "Check", requiredActions: [] });
    try {
      findings.push(equal("the owner", await this.#attempt({ username, password }), ADMIN));
    } finally {
      await this.#realm.set(user);
      await this.#walk.sql("UPDATE res_users SET oauth_uid = $2, oauth_provider_id = $3 WHERE id = $1", [
        before?.["id"],
        before?.["oauth_uid"],
        before?.["oauth_provider_id"],
      ]);
      await this.#walk.sql("UPDATE res_partner SET name = $2, complete_name = $2 WHERE id = $1", [
        before?.["partner_id"],
        before?.["name"],
      ]);
    }
    return findings;
  }

  async #newcomer(name: string, groups: readonly Group[]): Promise<string> {
    return await this.#attempt(await this.#add(name, groups));
  }

  async #add(name: string, groups: readonly Group[], emailVerified = true): Promise<Person> {
    const username = `${name}.${this.#mark}`;
    const person = await this.#realm.add(username, `${username}@example.com`, { emailVerified });
    this.#people.push(person);
    for (const group of groups) await this.#realm.join(person, group);
    return person;
  }

  /** What the realm's log-in comes to. */
  async #attempt(person: Pick<Person, "username" | "password">, browser = this.#walk.browser()): Promise<string> {
    try {
      const { user, refusal } = await signOn(browser, this.#place, person);
      return user === undefined ? `refused: ${refusal}` : rightsOf(user);
    } catch (error) {
      return messageOf(error);
    }
  }

  async #who(browser: Browser): Promise<string> {
    const user = await signedOn(browser, this.#place);
    return user === undefined ? NOBODY : rightsOf(user);
  }

  async #opens(login: string, password: string, browser = this.#walk.browser()): Promise<boolean> {
    return await passwordOpens(browser, this.#place, { login, password });
  }
}

function rightsOf({ isInternal, isSystem }: SignedOn): string {
  return `${isInternal ? "internal" : "other"} user${isSystem ? " with settings" : ""}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
