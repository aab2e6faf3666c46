import { isScalar, parseDocument } from "yaml";

/**
 * A bundle's text with other pins. Nothing else changes: comments and layout stay.
 *
 * @param pins new versions by module
 */
export function withPins(text: string, pins: ReadonlyMap<string, string>): string {
  const document = parseDocument(text);
  const edits = [...pins].flatMap(([module, version]) => {
    const node = document.getIn(["modules", module, "version"], true);
    const range = isScalar(node) ? node.range : undefined;
    return range === undefined || range === null ? [] : [{ start: range[0], end: range[1], version }];
  });
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, version }) => result.slice(0, start) + version + result.slice(end), text);
}
