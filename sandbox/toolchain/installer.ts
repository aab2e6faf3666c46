import type { Log } from "./cache.ts";

/** What the machine must have to make a part: Java, a Python with pip, or Go of at least a version. */
export type Prerequisite = "java" | "python" | { readonly go: string };

/** What an installer may use while it fills a part's folder. */
export interface Making {
  /** The folder to fill; it is thrown away when the installer fails. */
  readonly dir: string;
  /** Programs of the parts that come before this one, by name. */
  readonly bin: Readonly<Record<string, string>>;
  /** How the parts that come before this one were come by, by name of the part. */
  readonly sources: Readonly<Record<string, Installer["source"]>>;
  readonly log: Log;
  /** Aborted when another part could not be had: what is being made is of no use any more. */
  readonly cancel: AbortSignal;
}

/** One way to come by a part. */
export interface Installer {
  /** `official`: as its makers publish it; `path`: installed by the user; `built`: from source, with Go. */
  readonly source: "official" | "path" | "built";
  /** What is being done, for the progress line: "downloading from dl.k8s.io". */
  readonly doing: string;
  /** Everything that decides what comes out; a part is made again when its JSON or the folder's files change. */
  readonly inputs: unknown;
  readonly folder?: string;
  /** What the machine must have to make the part this way. @default nothing */
  readonly needs?: readonly Prerequisite[];
  /** Hosts that it downloads from. Without an answer from one of them, the next installer is used. @default none */
  readonly from?: readonly string[];
  /** Fetches what making will need, while something else is being made; its failure means nothing yet. */
  readonly prefetch?: () => Promise<void>;
  readonly make: (making: Making) => Promise<void>;
}

/**
 * This installer cannot be used here, and the next one may be tried. Anything else that goes wrong ends the run. The
 * message, if there is one, is logged.
 */
export class Unavailable extends Error {}
