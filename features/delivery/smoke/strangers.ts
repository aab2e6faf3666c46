import { databaseLogin, query } from "./access.ts";
import { Browser } from "./browser.ts";
import type { Check, Subject } from "./check.ts";
import { doorsInDatabase, doorsOutside } from "./doors.ts";
import { signOnPlace, silenceOf } from "./odooSignOn.ts";

/**
 * Whether a person who is not the tenant's stays outside: no user has a password that anybody knows, nobody can sign up or
 * ask for a new password, the realm is the only provider to log in with, and the database manager is off.
 *
 * @param newBrowser gives a browser without cookies. Default: one that reaches each host by its name
 */
export const strangersCheck = async (
  { own, access }: Subject,
  newBrowser: () => Browser = () => new Browser(),
): ReturnType<Check> => {
  const { sslmode } = access.settings.tenantsDatabase;
  const place = signOnPlace(own);
  const inside = await doorsInDatabase(async (sql) => await query(databaseLogin(own), sslmode, sql));
  const isSilent = (await silenceOf(newBrowser(), place)) !== undefined;
  const outside = isSilent ? [] : await doorsOutside(place, newBrowser);
  const open = [...inside, ...outside].flatMap((door) => door.open);
  if (open.length > 0) throw new Error(`open to strangers: ${open.join(", ")}; see docs/runbooks/odoo-init.md`);
  const seen = isSilent
    ? `in the database; ${new URL(place.odoo).host} is not reached from here`
    : "in the database and by HTTPS";
  return `no known password, no sign-up, no provider but the realm (${seen})`;
};
