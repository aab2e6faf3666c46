import { createHash } from "node:crypto";

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Html | undefined | readonly Html[];

/** HTML of a template; every value that is not HTML itself is text. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(parts.map((part, index) => `${part}${textOf(values[index])}`).join(""));
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function textOf(value: Part): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number") return escapeHtml(String(value));
  return value.map(({ text }) => text).join("");
}

const STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --soft: #5b6675; --back: #f5f6f8; --card: #fff; --line: #d9dee5;
  --accent: #0b57c2; --good: #14692f; --bad: #a3232c; --add: #e3f5e8; --cut: #fbe7e8; }
@media (prefers-color-scheme: dark) { :root { --text: #e6eaf0; --soft: #a3afbd; --back: #12161c; --card: #1b2129;
  --line: #343d49; --accent: #7db3ff; --good: #6fd08c; --bad: #ff8f96; --add: #143020; --cut: #3a1a1d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 58rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .25rem 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
a { color: var(--accent); }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 1rem 0; }
.note { border-left: .3rem solid var(--accent); }
.soft { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); }
.state { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .7rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; overflow-wrap: anywhere; }
dt { color: var(--soft); } dd { margin: 0; }
pre { margin: 0; overflow-x: auto; font: .85rem/1.45 ui-monospace, monospace; white-space: pre; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
pre span { display: block; padding: 0 .5rem; } .add { background: var(--add); } .cut { background: var(--cut); }
summary { cursor: pointer; } details + details { margin-top: .5rem; }
ul { list-style: none; padding: 0; margin: 0; } li + li { border-top: 1px solid var(--line); } li { padding: .5rem 0; }
label { display: block; margin: 0 0 .75rem; font-weight: 600; }
select, textarea, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--soft);
  border-radius: .4rem; padding: .55rem .75rem; }
select, textarea { display: block; width: 100%; margin-top: .25rem; font-weight: 400; }
button { cursor: pointer; font-weight: 600; min-height: 2.75rem; margin: 0 .5rem .5rem 0; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--card); }
:focus-visible { outline: .2rem solid var(--accent); outline-offset: .1rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } button { width: 100%; } }
`;

/** What a page may load and do: nothing but its own style and its own form. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** A whole page. */
export function page(title: string, content: Html): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>${content.text}</main></body>
</html>
`;
}
