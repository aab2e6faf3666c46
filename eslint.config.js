import js from "@eslint/js";
import tseslint from "typescript-eslint";

const READ =
  "What is read from a server is judged by no policy: make the resource, or name the value in the stack's settings";

/** Ways to read what a server has, and ways around these rules. */
const READS = [
  // Role.get(…), postgresql.Role.get(…), Role["get"](…)
  "CallExpression[callee.property.name='get'][callee.object.name=/^[A-Z]/]",
  "CallExpression[callee.property.name='get'][callee.object.property.name=/^[A-Z]/]",
  "MemberExpression[computed=true][property.type='Literal'][property.value=/^(get|invoke|call|runtime)/]",
  // Functions of providers; the engine's own names are values.
  "CallExpression[callee.property.name=/^get(?!Stack$|Project$|Organization$)[A-Z]/]",
  "CallExpression[callee.name=/^get[A-Z]/]",
  "MemberExpression[object.name='pulumi'][property.name=/^(runtime|dynamic|automation|StackReference)$/]",
  "ImportSpecifier[imported.name=/^(get[A-Z]\\w*|runtime|dynamic|StackReference|Command)$/]",
  "ImportExpression[source.type!='Literal']",
].map((selector) => ({ selector, message: READ }));

/** Options by which a resource becomes what is there already, or another one than the program says. */
const ADOPTION = {
  selector: "Property[key.name=/^(import|importId|transforms|transformations|hooks)$/]",
  message: "What is there already is judged by no policy: adopt it by `npx odoo-saas deploy adopt`",
};

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      "console/",
      "**/*.mjs",
      "**/*.cjs",
      "eslint.config.js",
      "sandbox/toolchain/go/",
      "reports/",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Pulumi resources are declared for their effect: `new Role(...)` without a variable is the idiom.
      "no-new": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["lib/postgresTls.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "Property[key.name='rejectUnauthorized']",
          message: "Use tlsFor of lib/postgresTls.ts, so that every connection means the same by an sslmode",
        },
      ],
    },
  },
  {
    // A missing program, outputs, secrets in messages and the end of this process are dealt with there, once.
    files: ["commands/**", "config/**", "features/**", "lib/**", "providers/**"],
    ignores: ["lib/process.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: ["child_process", "node:child_process", "execa"].map((name) => ({
            name,
            message: "Run programs by lib/process.ts.",
          })),
        },
      ],
    },
  },
  {
    // What the program reads is no resource, so that no policy is asked about it: it may read its own files, and nothing of a server.
    files: ["index.ts", "components/**"],
    linterOptions: { noInlineConfig: true },
    rules: {
      "no-restricted-globals": ["error", "fetch", "WebSocket", "EventSource", "eval", "process"],
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["node:*", "!node:crypto", "!node:fs", "!node:path"],
              message: "The program reads its files only.",
            },
            { group: ["@pulumi/**/get*"], message: "What is read from a server is judged by no policy." },
            {
              group: ["pg", "@octokit/*", "@kubernetes/*"],
              message: "What is read from a server is judged by no policy.",
            },
          ],
        },
      ],
      "no-restricted-syntax": ["error", ...READS, ADOPTION],
    },
  },
  // The repository that the project is in is there before the program; `repository-protection` judges what is made of it.
  { files: ["components/gitopsRepository.ts"], rules: { "no-restricted-syntax": ["error", ...READS] } },
  { files: ["test/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
);
