import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

// Node strips types of .ts files, but does not know .tsx: `mocha --import=./console/test/support/tsx.ts`.
registerHooks({
  // These packages have builds for servers and for browsers; the tests have a window.
  resolve(specifier, context, nextResolve) {
    const isForBrowser = /^@(?:tanstack|emotion)\//.test(specifier);
    return nextResolve(
      specifier,
      isForBrowser ? { ...context, conditions: ["browser", ...context.conditions] } : context,
    );
  },
  load(url, context, nextLoad) {
    if (!url.startsWith("file:") || !url.endsWith(".tsx")) return nextLoad(url, context);
    const file = fileURLToPath(url);
    const { code } = transformSync(readFileSync(file, "utf8"), {
      loader: "tsx",
      jsx: "automatic",
      format: "esm",
      target: "es2024",
      sourcefile: file,
      sourcemap: "inline",
      // As the compiler's verbatimModuleSyntax: only what is a type is dropped.
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return { format: "module", source: code, shortCircuit: true };
  },
});
