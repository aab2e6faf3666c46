import { HARMLESS, MapOf, only, partsOf, whole } from "../lib/known.ts";
import { RANDOM_PASSWORD } from "../lib/types.ts";

/** Passwords that the program makes: letters and digits of all kinds, 24 at the least (143 bits). */
export const PASSWORDS = partsOf("policies/known/passwords.ts", {
  [RANDOM_PASSWORD]: { length: whole(24, 200), special: only(false), keepers: new MapOf(HARMLESS) },
});
