import { SqlTaskError } from "./sqlError.ts";
import type { Connection } from "./inputs.ts";

/** SQLSTATE of a wrong password. */
const WRONG_PASSWORD = "28P01";

/**
 * The newest password that the program has given for each role of a server, in the memory of one run. What is only deleted
 * comes with the password that was right when it was made; what the program still declares has shown today's before.
 */
export class Logins {
  readonly #passwords = new Map<string, string>();

  /** Remembers what the program gave. */
  remember(connection: Connection): void {
    this.#passwords.set(roleOf(connection), connection.password);
  }

  /**
   * Does something with a connection, and once more with the newest password of its role when the server refuses the one
   * that it came with.
   */
  async withNewest<Inputs extends { readonly connection: Connection }>(
    inputs: Inputs,
    act: (inputs: Inputs) => Promise<void>,
  ): Promise<void> {
    try {
      await act(inputs);
    } catch (error) {
      const password = this.#passwords.get(roleOf(inputs.connection));
      const isOutdated = error instanceof SqlTaskError && error.code === WRONG_PASSWORD;
      if (!isOutdated || password === undefined || password === inputs.connection.password) throw error;
      await act({ ...inputs, connection: { ...inputs.connection, password } });
    }
  }
}

function roleOf({ host, port, user }: Connection): string {
  return `${user}@${host}:${port}`;
}
