import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { StateError } from "./stateError.ts";
import type { StateLog, StateStore } from "./stateStore.ts";

const PREFIX = "file://";

/** The folder that a URL of Pulumi's names; undefined when it names none. */
export function folderOf(url: string): string | undefined {
  if (!url.startsWith(PREFIX)) return undefined;
  const path = url.slice(PREFIX.length).split("?", 1)[0] ?? "";
  return resolve(path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path);
}

/** States in a folder, as Pulumi's `file://` backend has them. */
export class FolderStore implements StateStore {
  readonly url: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.url = `${PREFIX}${folder}`;
  }

  read(key: string): Promise<Buffer | undefined> {
    return unlessAbsent(readFile(this.#path(key)));
  }

  async write(key: string, content: Buffer): Promise<void> {
    const path = this.#path(key);
    const folder = await this.#makeFolder(key);
    // Not to be taken for a state by Pulumi, should it be left behind.
    const partial = `${path}.partial-${process.pid}`;
    try {
      const file = await open(partial, "w", 0o666);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined);
      throw error;
    }
    // What Pulumi noted of the file (its sum) is the old one's; it does without.
    await rm(`${path}.attrs`, { force: true });
    await syncFolder(folder);
  }

  async delete(key: string): Promise<void> {
    const path = this.#path(key);
    await rm(path, { force: true });
    await rm(`${path}.attrs`, { force: true });
    await unlessAbsent(syncFolder(dirname(path)));
  }

  async list(prefix: string): Promise<readonly string[]> {
    const entries = await unlessAbsent(readdir(this.#path(prefix), { withFileTypes: true }));
    return (entries ?? [])
      .flatMap((entry) => (entry.isFile() && !/\.attrs$|\.partial-\d+$/.test(entry.name) ? [entry.name] : []))
      .sort();
  }

  async startLog(key: string): Promise<StateLog> {
    const folder = await this.#makeFolder(key);
    const path = this.#path(key);
    const log = new FolderLog(path, await open(path, "wx", 0o666), 0);
    await syncFolder(folder);
    return log;
  }

  async continueLog(key: string, size: number): Promise<StateLog> {
    const path = this.#path(key);
    const file = await open(path, "r+");
    try {
      await file.truncate(size);
      await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return new FolderLog(path, file, size);
  }

  /**
   * Makes the folder of a key, but never that of all states: one that is gone, such as a mount, must not be replaced by an
   * empty one.
   */
  async #makeFolder(key: string): Promise<string> {
    const folder = dirname(this.#path(key));
    const root = await unlessAbsent(readdir(this.#folder));
    if (root === undefined) throw new StateError(`The folder of the states is gone: ${this.#folder}`);
    const made = await mkdir(folder, { recursive: true });
    if (made !== undefined)
      for (let path = folder; path.length >= made.length; path = dirname(path)) await syncFolder(dirname(path));
    return folder;
  }

  #path(key: string): string {
    return join(this.#folder, key);
  }
}

class FolderLog implements StateLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #size: number;
  #failed: unknown;

  constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  async append(content: Buffer): Promise<void> {
    if (this.#failed !== undefined)
      throw new StateError("The journal could not be written before, and takes nothing more", { cause: this.#failed });
    try {
      let written = 0;
      while (written < content.length) {
        const part = await this.#file.write(content, written, content.length - written, this.#size + written);
        written += part.bytesWritten;
      }
    } catch (error) {
      await this.#forget();
      throw error;
    }
    try {
      await this.#file.datasync();
      await this.#assertInPlace();
    } catch (error) {
      // What reached the disk is unknown, and asking again may say that all did: https://lwn.net/Articles/752063/
      this.#failed = error;
      throw error;
    }
    this.#size += content.length;
  }

  /** A file that was removed can still be written, and is lost when it is closed. */
  async #assertInPlace(): Promise<void> {
    const [own, there] = await Promise.all([this.#file.stat(), unlessAbsent(stat(this.#path))]);
    if (own.ino !== there?.ino || own.dev !== there.dev) throw new StateError(`The journal is gone: ${this.#path}`);
  }

  async #forget(): Promise<void> {
    try {
      await this.#file.truncate(this.#size);
      await this.#file.datasync();
    } catch (error) {
      this.#failed = error;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function unlessAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
