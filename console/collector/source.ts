import type { Database } from "../database/connect.ts";

/** What a source's reader works with. */
export interface Reading {
  readonly database: Database;
  /** Where the last read ended; undefined: read everything. */
  readonly cursor: string | undefined;
}

/** What a read came to. */
export interface Outcome {
  /** Of when what was read is; undefined where the source does not say. */
  readonly asOf?: Date | undefined;
  /** Where the next read goes on. */
  readonly cursor?: string | undefined;
}

/** Something that data comes from. */
export interface Source {
  readonly name: string;
  /** Seconds within which it is read again. */
  readonly rhythm: number;
  /**
   * Seconds that pass between two reads at least, where reading costs others something. A full run reads it all the same.
   *
   * @default 0
   */
  readonly pause?: number;
  /**
   * Reads what is new and writes it to the database. Can be called at any time, again and again: nothing is lost and nothing is
   * there twice.
   *
   * @throws UserError with what is missing or wrong, for the page that shows it
   */
  readonly read: (reading: Reading) => Promise<Outcome>;
}
