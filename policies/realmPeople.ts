import { tenantPolicy } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";
import { mayRelax, stackName, TENANT_COMPONENT } from "./lib/urn.ts";

/** People are the company's to make. The program makes one, who then makes the others. */
export const realmPeople = tenantPolicy({
  name: "realm-people",
  description:
    "The program makes one person in a tenant's realm at most, and the staff; their passwords must be changed at the first log-in.",
  types: [KEYCLOAK.user],
  check(node, report) {
    const { props } = node;
    // A sandbox has one log-in per role to try things with.
    if (node.console && mayRelax(stackName(node.urn))) return;
    // One who was adopted has none in the state: there is nothing to know.
    if (props.at("initialPassword").missing) return;
    const temporary = props.at("initialPassword", "temporary");
    if (!temporary.mayBe(true)) {
      report(node, temporary, `is ${temporary.shown}, expected true`, "Set it so: the state has the password too");
    }
  },
  checkStack(graph, report) {
    const people = graph.ofType(KEYCLOAK.user);
    for (const node of graph.ofType(TENANT_COMPONENT)) {
      const own = people.filter(({ tenant }) => tenant === node.name);
      if (own.length <= 1) continue;
      report(
        node,
        "",
        `makes ${own.length} people, expected one at most`,
        "Let its first administrator make the others",
      );
    }
  },
});
