import assert from "node:assert/strict";
import { onlyTenant, parseCommand, told, UsageError } from "../../commands/command.ts";
import { UserError } from "../../lib/userError.ts";

const OPTIONS = { stack: { type: "string", default: "sandbox" }, json: { type: "boolean" } } as const;

/** What a command prints and how it ends when its work ends with an error. */
function ended(work: () => unknown) {
  const [out, err]: [string[], string[]] = [[], []];
  const real = { log: console.log, error: console.error };
  console.log = (text: string) => void out.push(text);
  console.error = (text: string) => void err.push(text);
  try {
    work();
    return { status: undefined, out, err };
  } catch (error) {
    return { status: told(error, "usage: npm run it"), out, err };
  } finally {
    Object.assign(console, real);
  }
}

describe("a command", () => {
  it("reads options with their defaults, and as many arguments as it takes", () => {
    const { values, positionals } = parseCommand(["acme", "--json"], OPTIONS, 1);
    assert.deepEqual({ ...values, positionals }, { stack: "sandbox", json: true, positionals: ["acme"] });
    assert.equal(onlyTenant(positionals), "acme");
  });

  for (const [what, args, message] of [
    ["an unknown option", ["--jsno"], /^Unknown option '--jsno'/],
    ["an option without its value", ["--stack"], /^Option '--stack <value>' argument missing/],
    ["more arguments than it takes", ["acme", "globex"], /^"globex" is too much/],
  ] as const) {
    it(`ends with its usage and status 2 after ${what}`, () => {
      const { status, out, err } = ended(() => parseCommand(args, OPTIONS, 1));
      assert.deepEqual({ status, out }, { status: 2, out: [] });
      assert.match(err.join("\n"), message);
      assert.match(err.join("\n"), /\n\nusage: npm run it$/);
    });
  }

  it("ends with status 2 without the tenant that it needs", () => {
    assert.throws(() => onlyTenant([]), UsageError);
  });

  it("tells how it is called on standard output and ends well when it is asked, whatever else is wrong", () => {
    for (const args of [["--help"], ["-h"], ["--jsno", "--help"]]) {
      assert.deepEqual(
        ended(() => parseCommand(args, OPTIONS)),
        { status: 0, out: ["usage: npm run it"], err: [] },
      );
    }
  });

  it("tells what its reader can mend by its message alone, with status 1, and throws what nobody thought of", () => {
    const work = (error: Error) => () => {
      throw error;
    };
    assert.deepEqual(ended(work(new UserError("no such tenant"))), { status: 1, out: [], err: ["no such tenant"] });
    assert.throws(() => ended(work(new TypeError("a mistake"))), TypeError);
  });
});
