import { pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);
/** https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html */
const HASH = /^\$pbkdf2-sha512\$(\d{1,8})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)$/;

/**
 * Whether a password is the one that Odoo has stored (`res_users.password`): passlib's PBKDF2-SHA512, or plain text, which
 * Odoo takes as well.
 */
export async function isPassword(password: string, stored: string): Promise<boolean> {
  const [, rounds, salt, checksum] = HASH.exec(stored) ?? [];
  if (rounds === undefined || salt === undefined || checksum === undefined) return stored === password;
  const expected = decode(checksum);
  return timingSafeEqual(await derive(password, decode(salt), Number(rounds), expected.length, "sha512"), expected);
}

/** passlib's base64: a full stop for the plus sign, and no padding. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll(".", "+"), "base64");
}
