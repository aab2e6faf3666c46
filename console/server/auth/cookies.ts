import { createHash, randomBytes } from "node:crypto";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";

/** Names of the two cookies. */
export type CookieName = "session" | "login";

/**
 * Cookies that hold nothing but a random value, of which the database knows the hash. Over https their names begin with `__Host-`,
 * so that no neighbouring host can set one.
 */
export class Cookies {
  readonly #isSecure: boolean;

  /** @param url where browsers reach the console */
  constructor(url: string) {
    this.#isSecure = url.startsWith("https:");
  }

  /** Sets a cookie to a new value. @returns the value's hash */
  create(context: Context, name: CookieName, seconds: number): Buffer {
    const value = randomBytes(32).toString("base64url");
    setCookie(context, this.#name(name), value, { ...this.#options(name), maxAge: seconds });
    return hash(value);
  }

  /** The hash of a request's cookie; undefined without one. */
  read(context: Context, name: CookieName): Buffer | undefined {
    const value = getCookie(context, this.#name(name));
    return value === undefined ? undefined : hash(value);
  }

  delete(context: Context, name: CookieName): void {
    deleteCookie(context, this.#name(name), this.#options(name));
  }

  #name(name: CookieName): string {
    return this.#isSecure ? `__Host-${name}` : `console_${name}`;
  }

  #options(name: CookieName): CookieOptions {
    // Keycloak's answer to a log-in comes from another site: `strict` would leave the cookie out.
    return { httpOnly: true, secure: this.#isSecure, sameSite: name === "login" ? "Lax" : "Strict", path: "/" };
  }
}

function hash(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
