import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** What one program used while it ran, or until it was looked at. */
export interface ProcessUse {
  /** What it is, for people: `pulumi`, `program (node)`, `pulumi-resource-keycloak` … */
  readonly name: string;
  /** Largest resident memory so far (VmHWM of proc(5)), in bytes. */
  readonly peakBytes: number;
  /** Processor time, user and system, in seconds. */
  readonly cpuSeconds: number;
}

/** A finished command. */
export interface Run {
  /** From its start to the end of its output. */
  readonly seconds: number;
  /** Exit status; 128 and more for a signal. */
  readonly status: number;
  /** Standard output. */
  readonly stdout: string;
  /** Both outputs, for a message. */
  readonly output: string;
  /** The command and everything that it started. A process that lived for less than {@link SAMPLE_MS} may be missing. */
  readonly processes: readonly ProcessUse[];
}

/** How to run a command. */
export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether to look at the processes, which costs a per cent or so. Default: false. */
  readonly sample?: boolean;
  /** Ends the command (SIGINT, then nothing more: it cleans up by itself). */
  readonly signal?: AbortSignal;
}

/** Time between two looks, in milliseconds. */
const SAMPLE_MS = 100;
/** Clock ticks a second in /proc/<pid>/stat: 100 on every Linux that Node runs on (`getconf CLK_TCK`). */
const TICKS = 100;

/**
 * Runs a command to its end and measures it.
 *
 * @throws Error with the end of its output when it fails, naming the command without its arguments' values.
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Run> {
  options.signal?.throwIfAborted();
  const uses = new Map<number, ProcessUse>();
  const start = performance.now();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => void (stdout.push(chunk), output.push(chunk)));
  child.stderr.on("data", (chunk: Buffer) => void output.push(chunk));
  const look = (): void => {
    for (const pid of child.pid === undefined ? [] : withDescendants(child.pid)) {
      const use = processUse(pid);
      if (use !== undefined) uses.set(pid, use);
    }
  };
  const timer = options.sample === true ? setInterval(look, SAMPLE_MS) : undefined;
  const interrupt = (): void => void child.kill("SIGINT");
  options.signal?.addEventListener("abort", interrupt, { once: true });
  try {
    const status = await new Promise<number>((done, fail) => {
      child.once("error", fail).once("close", (code) => done(code ?? 128));
    });
    const seconds = (performance.now() - start) / 1000;
    options.signal?.throwIfAborted();
    const text = Buffer.concat(output).toString();
    if (status !== 0) {
      const end = text.trimEnd().split("\n").slice(-25).join("\n");
      throw new Error(`${command} ${args[0] ?? ""} ended with status ${status} in ${options.cwd}:\n${end}`);
    }
    return { seconds, status, stdout: Buffer.concat(stdout).toString(), output: text, processes: [...uses.values()] };
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener("abort", interrupt);
  }
}

/** A process and all that it started, directly or not. */
export function withDescendants(pid: number): number[] {
  const found = [pid];
  for (const parent of found) {
    // Each thread has a list of its own, and a Go program starts children from any of them.
    const lists = threads(parent).map((thread) => read(`/proc/${parent}/task/${thread}/children`) ?? "");
    found.push(
      ...lists
        .flatMap((list) => list.split(" "))
        .filter(Boolean)
        .map(Number),
    );
  }
  return found;
}

/** What a running process used so far; undefined when it has ended. */
export function processUse(pid: number): ProcessUse | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  const command = read(`/proc/${pid}/cmdline`);
  if (stat === undefined || peak === undefined || command === undefined) return undefined;
  // proc(5): after the name in parentheses come state (3rd field), and user and system time (14th and 15th).
  const fields = stat.replace(/^.*\) /s, "").split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: programName(command.split("\0")), peakBytes: Number(peak) * 1024, cpuSeconds: ticks / TICKS };
}

/** What a command line is, for people. */
export function programName(words: readonly string[]): string {
  const line = words.join(" ");
  const program = (words[0] ?? "").replace(/^.*\//, "").replace(/:$/, "");
  if (line.includes("features/state/host.ts")) return "state service (node)";
  if (line.includes("policies/server/main.ts")) return "policy pack (node)";
  if (/providers\/odoosql/.test(line)) return "pulumi-resource-odoosql (node)";
  if (/\/cmd\/run(\/index\.js)?( |$)/.test(line)) return "program (node)";
  if (/quarkus|keycloak/i.test(line) && program === "java") return "Keycloak (java)";
  // Server processes rewrite their command line: `postgres: checkpointer`.
  if (program.startsWith("postgres")) return "postgres (largest process)";
  return program;
}

/** Largest memory and total processor time by program, of processes of one or several runs. */
export function byProgram(uses: readonly ProcessUse[]): { peak: Map<string, number>; cpu: Map<string, number> } {
  const peak = new Map<string, number>();
  const cpu = new Map<string, number>();
  for (const { name, peakBytes, cpuSeconds } of uses) {
    peak.set(name, Math.max(peak.get(name) ?? 0, peakBytes));
    cpu.set(name, (cpu.get(name) ?? 0) + cpuSeconds);
  }
  return { peak, cpu };
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // ended meanwhile
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // ended meanwhile
  }
}
