import { consoleClients } from "../../policies/consoleClients.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";
import { set } from "./support/fixtures.ts";

const CLIENT = "acme-realm-client";
const ROLE = "acme-realm-role";

/** Of a stack without a console. test/policies/console.test.ts breaks the clients of one that has it. */
describePolicy(consoleClients, {
  breaches: [
    wrong(CLIENT, "backchannelLogoutUrl", "https://evil.example/logout", /expected none/),
    wrong(ROLE, "name", "console-admin", /Give console-admin to the console's client/),
    [
      "a client of a console that is not there",
      set(CLIENT, "clientId", "console"),
      CLIENT,
      /is a client of a console that the stack does not have/,
    ],
  ],
  guarded: [
    [CLIENT, "clientId"],
    [ROLE, "name"],
    [ROLE, "clientId"],
  ],
});
