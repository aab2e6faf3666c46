import assert from "node:assert/strict";
import pg from "pg";
import { SqlTaskError } from "../../providers/odoosql/sqlError.ts";

const CONNECTION = { host: "db.example", port: 5432, database: "acme", user: "acme" };
const SECRET = "s3cret.*(value)";

function messageOf(cause: unknown, secrets: readonly string[] = [SECRET]): string {
  const task = { what: "make the reporting views", tenant: "acme", secrets };
  const connection = { ...CONNECTION, password: SECRET, sslmode: "disable" as const };
  return new SqlTaskError(task, connection, cause).message;
}

function databaseError(fields: Partial<pg.DatabaseError>): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(fields.message ?? "failed", 0, "error"), { code: "42601" }, fields);
}

describe("errors of SQL tasks", () => {
  it("show no secret, wherever the server repeats it and however often", () => {
    const causes = {
      message: databaseError({ message: `syntax error at "${SECRET}" after "${SECRET}"` }),
      detail: databaseError({ detail: `statement: ALTER ROLE acme PASSWORD '${SECRET}'` }),
      hint: databaseError({ hint: `not ${SECRET}` }),
      "an error that is not the server's": new Error(`cannot parse ${SECRET}`),
      "several errors": new AggregateError([new Error(SECRET), new Error(`again ${SECRET}`)]),
      "what is no error": SECRET,
    };
    for (const [where, cause] of Object.entries(causes)) {
      const message = messageOf(cause);
      assert.ok(!message.includes(SECRET), where);
      assert.ok(message.includes("***"), where);
    }
  });

  it("hide each of several secrets, and take none that is empty for one", () => {
    const message = messageOf(new Error("one and two"), ["one", "", "two"]);
    assert.match(message, /^ {2}what: {2}\*\*\* and \*\*\*$/m);
  });
});
