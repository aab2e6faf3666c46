import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Metafile } from "esbuild";

/** Bytes, compressed by gzip, that a browser may have to load before the first page shows. */
const BUDGET = 300_000;

const web = import.meta.dirname;
const dist = join(web, "../dist");

/** Files of the first load: what the entries need by static imports. */
function firstLoad({ outputs }: Metafile, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement") visit(path);
    }
  };
  entries.forEach(visit);
  return [...found];
}

const gzipped = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

rmSync(dist, { recursive: true, force: true });
const common = {
  bundle: true,
  minify: true,
  outdir: join(dist, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  legalComments: "none",
  absWorkingDir: web,
  logLevel: "warning",
} as const;
const app = await build({
  ...common,
  entryPoints: ["main.tsx"],
  splitting: true,
  format: "esm",
  jsx: "automatic",
  sourcemap: "linked",
});
const head = await build({ ...common, entryPoints: ["scheme.ts", "base.css"], format: "iife" });

/** Path of an entry's output. */
function outputOf(metafile: Metafile, entry: string): string {
  const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry);
  if (found === undefined) throw new Error(`esbuild wrote no output for ${entry}`);
  return found[0];
}
const main = outputOf(app.metafile, "main.tsx");
const scheme = outputOf(head.metafile, "scheme.ts");
const style = outputOf(head.metafile, "base.css");
const address = (file: string) => `/assets/${basename(file)}`;
const chunks = firstLoad(app.metafile, [main]).filter((file) => file !== main);
const assets = [
  `<link rel="stylesheet" href="${address(style)}" />`,
  `<script src="${address(scheme)}"></script>`,
  `<script type="module" src="${address(main)}"></script>`,
  ...chunks.map((file) => `<link rel="modulepreload" href="${address(file)}" />`),
].join("\n    ");
mkdirSync(dist, { recursive: true });
const html = readFileSync(join(web, "index.html"), "utf8").replace("<!-- assets -->", assets);
writeFileSync(join(dist, "index.html"), html);

const sizes = Object.keys(app.metafile.outputs)
  .filter((file) => file.endsWith(".js"))
  .map((file) => ({ file, bytes: gzipped(join(web, file)), isFirst: file === main || chunks.includes(file) }))
  .sort((a, b) => b.bytes - a.bytes);
const total =
  sizes.filter(({ isFirst }) => isFirst).reduce((sum, { bytes }) => sum + bytes, 0) +
  [scheme, style, join(dist, "index.html")].reduce(
    (sum, file) => sum + gzipped(join(web, file).replace(join(web, dist), dist)),
    0,
  );
for (const { file, bytes, isFirst } of sizes.slice(0, 12)) {
  console.log(`${kilobytes(bytes).padStart(9)}  ${basename(file)}${isFirst ? "  (first load)" : ""}`);
}
console.log(
  `${kilobytes(total).padStart(9)}  first load in all, compressed by gzip; the budget is ${kilobytes(BUDGET)}`,
);
if (total > BUDGET) {
  console.error(
    "The first load is over its budget: import by lazyRouteComponent() or lazy() what the first page does not need.",
  );
  process.exitCode = 1;
}
