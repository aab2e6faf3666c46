import { projectFiles, read } from "./pages.ts";

/** Names in the chart's templates, which are not templated themselves. */
export function renderedNames() {
  const text = projectFiles(/^charts\/odoo\/templates\/.*\.(?:yaml|tpl)$/)
    .map(read)
    .join("\n");
  const all = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = ""]) => name));
  return {
    workloads: all(/^ {2}name: (odoo-[\w-]+)$/gm),
    containers: all(/^ *- name: (\w+)$/gm),
    components: all(/"component" "(\w+)"/g),
  };
}
