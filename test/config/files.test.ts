import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MAX_FILE_BYTES, readText } from "../../config/files.ts";
import { problemsIn, withProject } from "../support/projectFolder.ts";

const VALID = "displayName: X\nowner: { team: a, email: a@x.example }\nbundles: [sales]\nenvironments: { prod: {} }\n";

/** What a file `tenants/odd.yaml` is refused with. */
const contents: readonly (readonly [what: string, content: string | Buffer, expected: string])[] = [
  ["an empty file", "", "1:1: is empty, expected a mapping"],
  ["only a comment", "# nothing\n", "1:1: is empty, expected a mapping"],
  ["a list", "- a\n", '1:1: is ["a"], expected a mapping'],
  ["a scalar", "hello\n", '1:1: is "hello", expected a mapping'],
  ["a duplicate key", `${VALID}plan: standard\nplan: standard\n`, "6:1: is a duplicate key, expected each key once"],
  ["a nested duplicate key", "owner: { team: a, team: b }\n", "1:19: is a duplicate key, expected each key once"],
  ["a tab in the indentation", "owner:\n\tteam: a\n", "2:1: is a tab, expected spaces"],
  ["a tab behind a value", "plan: standard\t# x\n", "1:15: is a tab, expected spaces"],
  ["two documents", `${VALID}---\n${VALID}`, "5:1: starts a second document, expected one document per file"],
  ["a merge key", "a: &a {x: 1}\nb:\n  <<: *a\n", "1:7: has an anchor (&a), expected none"],
  ["an anchor", "displayName: &name X\n", "1:20: has an anchor (&name), expected none"],
  ["an alias without its anchor", "displayName: *name\n", "1:14: is an alias (*name), expected the value itself"],
  ["a tag", "displayName: !!str X\n", "1:20: has a tag (!!str), expected none"],
  ["an unknown tag", "displayName: !env X\n", "1:14: is not YAML (Unresolved tag: !env), expected YAML 1.2"],
  ["a key that is a list", "? [a]\n: 1\n", "1:3: is a key that is not text, expected text"],
  ["another version of YAML", "%YAML 3.0\n---\na: 1\n", "1:1: is a directive, expected YAML 1.2 without directives"],
  [
    "a carriage return alone",
    "# a\rplan: large\n",
    "1:4: is a carriage return alone, expected line breaks of LF or CR LF",
  ],
  [
    "text that an editor shows in another order",
    "displayName: a \u202e b\n",
    "1:16: is the invisible character U+202E, expected the same without it",
  ],
  [
    "a bracket that is not closed",
    "bundles: [sales\n",
    "2:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket",
  ],
  [
    "a quote that is not closed",
    'displayName: "X\n',
    "2:1: is missing something before it, expected a closing quote or bracket, a comma or a colon",
  ],
  [
    "crooked indentation",
    "a:\n   b: 1\n  c: 2\n",
    "3:1: is not indented like its neighbours or not closed, expected as many spaces as they have, or a bracket",
  ],
  [
    "a mapping within a line",
    "a: b: c\n",
    "1:4: starts a mapping within a line, expected it on lines of its own or in braces",
  ],
  ["a wrong escape", 'displayName: "\\q"\n', "1:15: is not YAML (Invalid escape sequence \\q), expected YAML 1.2"],
  ["nesting in brackets", `a: ${"[".repeat(30_000)}`, "1:24: is nested too deeply, expected at most 20 levels"],
  ["nesting by dashes", "- ".repeat(30_000), "1:1: is nested too deeply, expected at most 20 levels"],
  [
    "nesting by indentation",
    Array.from({ length: 100 }, (_, depth) => `${" ".repeat(depth)}-\n`).join(""),
    "81:1: is nested too deeply, expected at most 20 levels",
  ],
  ["a huge file", `${VALID}#${"x".repeat(64 * 1024)}`, "1:1: has 65635 bytes, expected at most 65536"],
  [
    "a byte order mark",
    Buffer.from(`\uFEFF${VALID}`),
    "1:1: begins with a byte order mark, expected UTF-8 without one",
  ],
  [
    "UTF-16, little-endian",
    Buffer.from(`\uFEFF${VALID}`, "utf16le"),
    "1:1: is UTF-16, expected UTF-8 without a byte order mark",
  ],
  [
    "UTF-16, big-endian",
    Buffer.from(`\uFEFF${VALID}`, "utf16le").swap16(),
    "1:1: is UTF-16, expected UTF-8 without a byte order mark",
  ],
  ["UTF-16 without a mark", Buffer.from(VALID, "utf16le"), "1:1: has NUL bytes, expected UTF-8 text (UTF-16 has them)"],
  ["a NUL byte", "displayName: a\0b\n", "1:1: has NUL bytes, expected UTF-8 text (UTF-16 has them)"],
  ...Object.entries({
    "FF first": [0xff, 0x61],
    "FE first": [0xfe, 0x61],
    "FF second": [0x61, 0xff],
    "FE second": [0x61, 0xfe],
  }).map(
    ([what, bytes]) =>
      [
        `bytes that only look like UTF-16's mark: ${what}`,
        Buffer.from(bytes),
        "1:1: is not UTF-8 (Latin-1?), expected UTF-8 text",
      ] as const,
  ),
  ["Latin-1", Buffer.from("displayName: Caf\u00e9\n", "latin1"), "1:1: is not UTF-8 (Latin-1?), expected UTF-8 text"],
];

describe("files that are refused for their content", () => {
  for (const [what, content, expected] of contents) {
    it(what, () => {
      const problems = withProject({ "tenants/odd.yaml": content }, problemsIn);
      assert.equal(problems[0], `tenants/odd.yaml:${expected}`);
      assert.ok(problems.length <= 6, `${problems.length} problems`);
    });
  }

  it("a bomb of aliases, without growing", () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x]"
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
    );
    const problems = withProject({ "tenants/odd.yaml": `${levels.join("\n")}\n` }, problemsIn);
    assert.equal(problems[0], "tenants/odd.yaml:1:9: has an anchor (&a0), expected none");
  });

  it("thousands of unknown keys, the first fifty by name", () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: 1\n`).join("");
    const problems = withProject({ "tenants/odd.yaml": keys }, problemsIn);
    assert.equal(problems.length, 51);
    assert.ok(
      problems.includes("tenants/odd.yaml:1:1: has 4954 more problems, expected the first 50 to be fixed first"),
    );
  });
});

/** What a file in tenants/ is refused with for its name. */
const names: readonly (readonly [name: string, expected: string])[] = [
  [
    "Beta.yaml",
    'is named "Beta", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  [
    "a.yaml",
    'is named "a", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  [
    `${"a".repeat(31)}.yaml`,
    `is named "${"a".repeat(31)}", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"`,
  ],
  [
    "be_ta.yaml",
    'is named "be_ta", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  [
    "be--ta.yaml",
    'is named "be--ta", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  [
    ".beta.yaml",
    'is named ".beta", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  ["beta.yml", "has the wrong ending, expected beta.yaml"],
  ["beta.YAML", "has the wrong ending, expected beta.yaml"],
  ["notes.yaml.txt", "has the wrong ending, expected a file that ends in .yaml"],
  [
    "be.yml.yaml",
    'is named "be.yml", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
  ],
  ["notes.txt", "has the wrong ending, expected a file that ends in .yaml"],
  ["postgres.yaml", 'is named "postgres", expected another name, because this one is reserved'],
  ["template0.yaml", 'is named "template0", expected another name, because this one is reserved'],
  ["master.yaml", 'is named "master", expected another name, because this one is reserved'],
  ["platform.yaml", 'is named "platform", expected another name, because this one is reserved'],
  ["gateway.yaml", 'is named "gateway", expected another name, because this one is reserved'],
  ["www.yaml", 'is named "www", expected another name, because this one is reserved'],
  ["kube-system.yaml", 'is named "kube-system", expected another name, because this one is reserved'],
  ["pg-toast.yaml", 'is named "pg-toast", expected another name, because this one is reserved'],
];

describe("files that are refused for their name", () => {
  for (const [name, expected] of names) {
    it(name, () => {
      assert.deepEqual(withProject({ [`tenants/${name}`]: VALID }, problemsIn), [`tenants/${name}:1:1: ${expected}`]);
    });
  }

  it("names that differ only in case", () => {
    assert.deepEqual(withProject({ "tenants/Acme.yaml": VALID }, problemsIn), [
      'tenants/Acme.yaml:1:1: is named "Acme", expected a tenant id: lower-case words joined by hyphens, 2 to 30 characters, such as "acme-finance"',
      "tenants/acme.yaml:1:1: differs from Acme.yaml only in case, expected names that differ on every file system",
    ]);
  });

  it("bundles and releases with a wrong name", () => {
    assert.deepEqual(withProject({ "bundles/Sales2.yaml": "", "releases/18.yaml": "" }, problemsIn), [
      'bundles/Sales2.yaml:1:1: is named "Sales2", expected a bundle name such as "finance-ppm"',
      'releases/18.yaml:1:1: is named "18", expected a release such as "18.0-2026.11"',
    ]);
  });

  it("names that differ only in the case of their ending", () => {
    assert.deepEqual(withProject({ "tenants/acme.YAML": VALID }, problemsIn), [
      "tenants/acme.YAML:1:1: has the wrong ending, expected acme.yaml",
      "tenants/acme.yaml:1:1: differs from acme.YAML only in case, expected names that differ on every file system",
    ]);
  });

  it("but not README.md, nor editors' hidden files", () => {
    assert.deepEqual(withProject({ "tenants/README.md": "", "tenants/.acme.yaml.swp": "" }, problemsIn), []);
  });
});

describe("readText", () => {
  const read = (content: string | Buffer) => withProject({ "f.txt": content }, (root) => readText(root, "f.txt"));

  it("takes a file of the largest size, whole", () => {
    const text = "\u00e9".repeat(MAX_FILE_BYTES / 2);
    assert.deepEqual(read(text), { text });
    assert.ok("diagnostics" in read(`${text}x`));
  });

  it("takes text that begins like a byte order mark", () => {
    // In bytes: EF BC BF, EF BB 80 and E0 BB BF, where the mark is EF BB BF.
    for (const text of ["\uff3f", "\ufec0", "\u0eff"]) assert.deepEqual(read(text), { text });
  });

  it("says why a file cannot be read, without a stack trace, and keeps nothing open", () => {
    withProject({ "plain.txt": "x" }, (root) => {
      mkdirSync(join(root, "folder"));
      symlinkSync("loop.txt", join(root, "loop.txt"));
      execFileSync("mkfifo", [join(root, "pipe")]);
      const open = readdirSync("/dev/fd").length;
      for (const [file, reason] of [
        ["gone.txt", "does not exist, expected a readable file"],
        ["plain.txt/x", "is in something that is not a directory, expected a readable file"],
        ["loop.txt", "is a symbolic link to itself, expected a readable file"],
        ["x".repeat(300), "cannot be read (ENAMETOOLONG), expected a readable file"],
        ["folder", "is a directory, expected a file"],
        ["pipe", "is a device or pipe, expected a file"],
      ] as const) {
        assert.deepEqual(readText(root, file), {
          diagnostics: [{ file, line: 1, column: 1, path: "", message: reason }],
        });
      }
      assert.deepEqual(readText(root, "plain.txt"), { text: "x" });
      assert.equal(readdirSync("/dev/fd").length, open);
    });
  });

  it("says that a file may not be read by this user", () => {
    withProject({ "f.txt": "x" }, (root) => {
      chmodSync(join(root, "f.txt"), 0);
      const isRoot = process.geteuid?.() === 0;
      // Root may read everything: somebody else is asked to.
      if (isRoot) process.seteuid?.(65534);
      try {
        const [problem] = Object.values<unknown>(readText(root, "f.txt")).flat();
        assert.match(JSON.stringify(problem), /"may not be read by this user, expected a readable file"/);
      } finally {
        if (isRoot) process.seteuid?.(0);
      }
    });
  });
});

describe("things that are not files", () => {
  it("a directory with the attestations of releases is left alone, there and by that name only", () => {
    withProject({}, (root) => {
      for (const folder of ["releases/attestations", "releases/signed", "tenants/attestations"])
        mkdirSync(join(root, folder));
      assert.deepEqual(problemsIn(root), [
        "releases/signed:1:1: is a directory, expected only files here",
        "tenants/attestations:1:1: is a directory, expected only files here",
      ]);
    });
    assert.deepEqual(withProject({ "releases/attestations": "" }, problemsIn), [
      "releases/attestations:1:1: has the wrong ending, expected a file that ends in .yaml",
    ]);
  });

  it("a directory", () => {
    withProject({}, (root) => {
      mkdirSync(join(root, "tenants/beta.yaml"));
      assert.deepEqual(problemsIn(root), ["tenants/beta.yaml:1:1: is a directory, expected only files here"]);
    });
  });

  it("a pipe, without waiting for it", () => {
    withProject({}, (root) => {
      execFileSync("mkfifo", [join(root, "tenants/beta.yaml")]);
      assert.deepEqual(problemsIn(root), ["tenants/beta.yaml:1:1: is a device or pipe, expected a file"]);
    });
  });

  for (const [what, target] of [
    ["another folder", "../elsewhere.yaml"],
    ["the system", "/etc/hostname"],
    ["nothing", "gone.yaml"],
    ["itself", "beta.yaml"],
  ] as const) {
    it(`a symbolic link to ${what}`, () => {
      withProject({ "elsewhere.yaml": VALID }, (root) => {
        symlinkSync(target, join(root, "tenants/beta.yaml"));
        assert.deepEqual(problemsIn(root), [
          "tenants/beta.yaml:1:1: is a symbolic link out of the folder (or to nothing), expected a file",
        ]);
      });
    });
  }

  it("but a symbolic link within the folder is followed", () => {
    withProject({}, (root) => {
      symlinkSync("acme.yaml", join(root, "tenants/beta.yaml"));
      assert.deepEqual(problemsIn(root), []);
    });
  });

  it("a project without its folders and files", () => {
    withProject({}, (root) => {
      const empty = join(root, "empty");
      mkdirSync(empty);
      assert.deepEqual(problemsIn(empty), [
        "bundles:1:1: does not exist, expected a folder of YAML files",
        "modules/index.json:1:1: cannot be read, expected the generated file (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)",
        "modules/objects.json:1:1: cannot be read, expected the generated file (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)",
        "plans.yaml:1:1: does not exist, expected a readable file",
        "releases:1:1: does not exist, expected a folder of YAML files",
        "tenants:1:1: does not exist, expected a folder of YAML files",
      ]);
      assert.deepEqual(problemsIn(join(root, "nowhere")).length, 6);
      writeFileSync(join(empty, "tenants"), "");
      assert.ok(
        problemsIn(empty).includes(
          "tenants:1:1: is in something that is not a directory, expected a folder of YAML files",
        ),
      );
    });
  });
});
