import { execFile } from "node:child_process";

/** Runs git in a folder, without this machine's and this user's settings. */
export function runGit(
  folder: string,
  args: readonly string[],
  { env = {}, input = "" }: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      [...args],
      {
        cwd: folder,
        encoding: "buffer",
        maxBuffer: 1 << 28,
        env: { ...process.env, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", ...env },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`git ${args.join(" ")}: ${stderr.toString()}`));
      },
    );
    // Commands that read nothing may be gone already.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
