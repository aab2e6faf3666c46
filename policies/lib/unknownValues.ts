import { createRequire } from "node:module";

type Props = Record<string, unknown>;

interface Library {
  readonly unknownCheckingProxy: (props: Props) => Props;
  readonly UnknownValueError: new (...args: never) => Error;
}

/** What the library puts before properties, and what that throws. Its declarations leave both out. */
export const { unknownCheckingProxy, UnknownValueError } = library(
  createRequire(import.meta.url)("@pulumi/policy/proxy.js"),
);

function library(exports: unknown): Library {
  if (!isLibrary(exports)) throw new Error("@pulumi/policy/proxy.js has no unknownCheckingProxy and UnknownValueError");
  return exports;
}

function isLibrary(exports: unknown): exports is Library {
  return (
    typeof exports === "object" &&
    exports !== null &&
    "unknownCheckingProxy" in exports &&
    "UnknownValueError" in exports
  );
}
