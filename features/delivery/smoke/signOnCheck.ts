import { randomBytes, randomUUID } from "node:crypto";
import { CoreV1Api } from "@kubernetes/client-node";
import { KeycloakAdmin } from "../../../lib/keycloakAdmin.ts";
import { realmName } from "../../../config/names.ts";
import { databaseLogin, query } from "./access.ts";
import type { StackAccess } from "./access.ts";
import { Browser } from "./browser.ts";
import type { Check, Subject } from "./check.ts";
import { signOff, signOn, signOnPlace, silenceOf } from "./odooSignOn.ts";
import type { SignOnPlace } from "./odooSignOn.ts";

/**
 * Odoo itself, as people reach it: nobody gets in without a group; somebody in `odoo-users` gets in through the realm's
 * form, without settings rights, and out of both. The person is made for it and removed again.
 */
export const signOnCheck: Check = async (subject) => {
  const { own, access } = subject;
  const place = signOnPlace(own);
  const silence = await silenceOf(new Browser(), place);
  if (silence !== undefined) {
    const message = `Odoo does not answer at ${place.odoo} (${silence})`;
    if (!(await hasSimulatedNodes(access))) throw new Error(message);
    return `NOT TESTED: ${message}; the cluster's nodes are simulated, and run no Odoo`;
  }
  await letPersonIn(subject, place);
  return "Odoo refuses people without a group; a member of odoo-users logs in and out of it and the realm";
};

/** Whether all nodes are kwok's, as in the sandbox. A cluster that does not let its nodes be listed has real ones. */
async function hasSimulatedNodes(access: StackAccess): Promise<boolean> {
  try {
    const { items } = await access.kubeConfig.makeApiClient(CoreV1Api).listNode();
    return items.length > 0 && items.every(({ metadata }) => metadata?.annotations?.["kwok.x-k8s.io/node"] === "fake");
  } catch {
    return false;
  }
}

async function letPersonIn({ spec, own, access }: Subject, place: SignOnPlace): Promise<void> {
  const admin = await KeycloakAdmin.logIn({ ...access.settings.keycloak, clientSecret: access.keycloakClientSecret });
  const realm = realmName(spec.id);
  const person = { username: `smoke-${randomUUID()}`, password: `${randomBytes(24).toString("base64url")}aA1!` };
  const user = await admin.addUser(realm, person.username, person.password);
  try {
    const without = await signOn(new Browser(), place, person);
    if (without.user !== undefined) throw new Error("somebody without a group is let in, expected a refusal");
    await admin.joinGroup(realm, user, "odoo-users");
    const browser = new Browser();
    const { user: found, refusal } = await signOn(browser, place, person);
    if (found === undefined) throw new Error(`a member of odoo-users is refused: ${refusal}`);
    await signOff(browser, place);
    if (!found.isInternal || found.isSystem) {
      const kind = found.isSystem ? "with settings rights" : "as a customer";
      throw new Error(`a member of odoo-users is let in ${kind}, expected an internal user`);
    }
  } finally {
    await admin.removeUser(realm, user);
    await query(databaseLogin(own), access.settings.tenantsDatabase.sslmode, forget(smokeAddress(person.username)));
  }
}

/** The address that {@link KeycloakAdmin.addUser} gives, which is the login in Odoo. */
function smokeAddress(username: string): string {
  return `${username}@smoke.invalid`;
}

/** Removes the person from Odoo's database, in one transaction: a new user, whom nothing refers to that could not go too. */
export function forget(login: string): string {
  return `
DELETE FROM public.res_users WHERE login = '${login}';
DELETE FROM public.res_partner AS p
WHERE p.email = '${login}' AND NOT EXISTS (SELECT FROM public.res_users AS u WHERE u.partner_id = p.id);`;
}
