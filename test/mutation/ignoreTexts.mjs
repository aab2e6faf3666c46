// Texts for people are not mutated: what a message says beyond the parts that tests look for has no effect on what is refused.
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

const REPORTS = new Set(["report", "refuse", "reportViolation", "strictness", "limit", "demand", "expect"]);
const TEXT_KEYS = new Set(["description", "message"]);
const TEXT_VARIABLES = new Set(["fix", "message"]);

function isText({ type }) {
  return type === "StringLiteral" || type === "TemplateLiteral";
}

const ignorer = {
  shouldIgnore({ node, parent }) {
    if (!isText(node) || !parent) return undefined;
    if (parent.type === "CallExpression" && parent.callee !== node) {
      if (REPORTS.has(parent.callee.name)) return "a text of a message";
      if (parent.callee.property?.name === "describe") return "a description, which schemas/ are compared with";
    }
    if (parent.type === "ObjectProperty" && TEXT_KEYS.has(parent.key.name)) return "a description";
    if (parent.type === "VariableDeclarator" && TEXT_VARIABLES.has(parent.id.name)) return "a text of a message";
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, "texts", ignorer)];
