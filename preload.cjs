// Loaded before the program (Pulumi.yaml, nodeargs): Node keeps what it compiled of the SDK and the program, which is half
// of the time that a start takes.
require("node:module").enableCompileCache();
