// Loaded before the program (Pulumi.yaml, nodeargs): Node keeps what it compiled of the SDK and the program, which is half
// of the time that a start takes. The folder is the one of run.mjs: the temporary one, Node's default, changes with each update.
const { join } = require("node:path");

require("node:module").enableCompileCache(join(__dirname, "node_modules/.cache/compiled"));
