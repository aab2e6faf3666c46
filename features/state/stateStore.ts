/**
 * Where states lie: the folder or bucket of `PULUMI_BACKEND_URL`, by keys as Pulumi's own self-managed backend has them.
 * When a promise is fulfilled, what it is of survives a crash of the machine.
 */
export interface StateStore {
  /** The URL, for messages. */
  readonly url: string;
  /** The content of an object; undefined when there is none. */
  read(key: string): Promise<Buffer | undefined>;
  /** Puts an object in the place of what there was: wholly, or not at all. */
  write(key: string, content: Buffer): Promise<void>;
  /** Deletes an object if it is there. */
  delete(key: string): Promise<void>;
  /** Names of the objects right under a prefix that ends with `/`, sorted. */
  list(prefix: string): Promise<readonly string[]>;
  /** Starts a log, empty and for this process alone. */
  startLog(key: string): Promise<StateLog>;
  /** Continues a log behind its first bytes, and forgets what there is beyond. */
  continueLog(key: string, size: number): Promise<StateLog>;
}

/** An object that grows. */
export interface StateLog {
  /**
   * Adds bytes at the end. Where that fails, none of them are there; where even that cannot be made sure, every later call
   * fails, too.
   */
  append(content: Buffer): Promise<void>;
  /** Ends the use of it. */
  close(): Promise<void>;
}
