import { realmPeople } from "../../policies/realmPeople.ts";
import { add, drop, set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const ADMINISTRATOR = "acme-realm-administrator";

describePolicy(realmPeople, {
  breaches: [
    wrong(ADMINISTRATOR, "initialPassword.temporary", false, /expected true/),
    wrong(ADMINISTRATOR, "initialPassword.temporary", undefined, /expected true/),
    wrong(ADMINISTRATOR, "initialPassword", { value: "x" }, /expected true/),
    [
      "a second person",
      add({
        type: "keycloak:index/user:User",
        name: "second",
        parent: "acme-realm",
        props: { realmId: "acme", username: "second", initialPassword: { value: "x", temporary: true } },
      }),
      "acme",
      /makes 2 people/,
    ],
  ],
  tolerated: [
    ["a realm without people", drop(ADMINISTRATOR)],
    ["a person who was adopted", set(ADMINISTRATOR, "initialPassword", undefined)],
  ],
  guarded: [
    [ADMINISTRATOR, "initialPassword"],
    [ADMINISTRATOR, "initialPassword.temporary"],
  ],
});
