import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what the database keeps but must not be able to use: tokens of sessions. */
export class Seal {
  readonly #key: Buffer;

  /** @param secret that the key is derived from: the client's, without which the tokens are worth nothing */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync("sha256", secret, "", "odoo-saas console tokens", 32));
  }

  /** Nonce, tag and ciphertext of a text. */
  close(text: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** The text; undefined where it was sealed with another secret, or changed. */
  open(sealed: Buffer): string | undefined {
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }
}
