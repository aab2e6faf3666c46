import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { execa, execaSync } from "execa";
import { UserError } from "./userError.ts";

/** A program that cannot be started: it is not there, or is not executable. */
export class StartError extends UserError {
  override readonly name: string = "StartError";
  /** Name or path of the program. */
  readonly program: string;

  constructor(program: string, reason: string) {
    super(`${program} cannot be started (${reason}), expected it on the PATH`);
    this.program = program;
  }
}

/** How a program ended. */
export interface Exit {
  /** Its exit status; 1 if a signal ended it. */
  readonly status: number;
  /** The signal that ended it. */
  readonly signal?: NodeJS.Signals | undefined;
}

/** How a program ended, and what it printed. */
export interface Ended extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** What every program is run with. */
export interface ProgramOptions {
  /** @default this process's working directory */
  readonly cwd?: string | undefined;
  /** The whole environment; nothing is added to it. @default this process's */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Makes the error for a program that cannot be started. @default a {@link StartError} */
  readonly startError?: ((reason: string) => UserError) | undefined;
}

/** What {@link run} runs a program with. */
export interface RunOptions extends ProgramOptions {
  /** Standard input; the place for secrets, since everyone on the machine can read arguments. @default empty */
  readonly input?: string | undefined;
  /** Gets each line of either output as it comes. @default nothing */
  readonly onLine?: ((line: string, output: "stdout" | "stderr") => void) | undefined;
  /** Whether the outputs are returned; without, a program may print more than fits in memory. @default true */
  readonly keepsOutput?: boolean | undefined;
  /**
   * Whether the program continues if this process ends before it, and gets the terminal's interrupt itself. By default
   * the program and everything that it started are in a group of their own, and end with this process.
   *
   * @default false
   */
  readonly outlivesUs?: boolean | undefined;
  /** Ends the program when it is aborted. @default never */
  readonly cancel?: AbortSignal | undefined;
}

/** Characters or bytes of output that are kept; a program that prints more is ended. */
const MAX_OUTPUT = 1 << 30;

/** Every program's options: no shell, no error by its status, its output as it is. */
const optionsOf = ({ cwd, env = process.env }: ProgramOptions) => ({
  ...(cwd === undefined ? {} : { cwd }),
  env,
  extendEnv: false,
  maxBuffer: MAX_OUTPUT,
  reject: false as const,
  stripFinalNewline: false,
});

/**
 * Runs a program to its end, whatever its exit status.
 *
 * @throws StartError, or what `startError` makes, when it cannot be started
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { input, onLine, keepsOutput = true, outlivesUs = false, cancel } = options;
  const child = execa(program, args, {
    ...optionsOf(options),
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    buffer: keepsOutput,
    cleanup: !outlivesUs,
    killDescendants: !outlivesUs,
    ...(cancel === undefined ? {} : { cancelSignal: cancel }),
  });
  const readLines = async (output: "stdout" | "stderr"): Promise<void> => {
    for await (const line of child.iterable({ from: output })) onLine?.(line, output);
  };
  const reading = onLine === undefined ? [] : [readLines("stdout"), readLines("stderr")];
  const [result] = await Promise.all([child, ...reading]);
  const { stdout = "", stderr = "" } = result;
  return { ...exitOf(program, result, options), stdout, stderr };
}

/**
 * Runs a program to its end while everything else waits. For programs that answer at once and whose callers cannot wait:
 * git, and what unpacks its answers.
 *
 * @param options `input` is the standard input; default: empty
 * @throws StartError, or what `startError` makes, when it cannot be started
 */
export function runSync(
  program: string,
  args: readonly string[],
  options: ProgramOptions & { readonly input?: string | Uint8Array | undefined } = {},
): Exit & { readonly stdout: Buffer; readonly stderr: string } {
  const { input = "" } = options;
  const result = execaSync(program, args, { ...optionsOf(options), input, encoding: "buffer" });
  const [stdout, stderr] = [result.stdout, result.stderr].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return {
    ...exitOf(program, result, options),
    stdout: stdout ?? Buffer.alloc(0),
    stderr: stderr?.toString("utf8") ?? "",
  };
}

/** A program that has this process's terminal. */
export interface Attached {
  /** Its process id; undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Sends a signal to it. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** How it ended. Rejected with a {@link StartError} when it cannot be started. */
  readonly exit: Promise<Exit>;
}

/** Starts a program for a person to watch: it reads and prints where this process does, and handles interrupts itself. */
export function attach(program: string, args: readonly string[], options: ProgramOptions = {}): Attached {
  const child = execa(program, args, { ...optionsOf(options), stdio: "inherit", cleanup: false });
  return {
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    exit: child.then((result) => exitOf(program, result, options)),
  };
}

/** What execa says of how a program ended, or why it did not start. */
interface Outcome {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  readonly isMaxBuffer: boolean;
  readonly originalMessage?: string | undefined;
}

function exitOf(program: string, outcome: Outcome, { startError }: ProgramOptions): Exit {
  const { exitCode, signal, isMaxBuffer, originalMessage = "" } = outcome;
  if (isMaxBuffer) throw new UserError(`${program} printed more than ${MAX_OUTPUT} characters, expected less`);
  if (exitCode !== undefined) return { status: exitCode };
  if (signal !== undefined) return { status: 1, signal };
  // execa's whole message has the arguments.
  const reason = originalMessage.trim();
  throw startError?.(reason) ?? new StartError(program, reason);
}

/** Whether a folder of a PATH has an executable program. */
export function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
