#!/usr/bin/env node
// The command line: commands/main.ts with the Node and the dependencies that package.json pins.
process.argv.splice(2, 0, "commands/main.ts");
await import("./run.mjs");
