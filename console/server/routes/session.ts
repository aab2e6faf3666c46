import { ACTIONS, reach } from "../../api/access.ts";
import { sessionSchema } from "../../api/session.ts";
import { nothing, route } from "../route.ts";

export const session = route({
  method: "get",
  path: "/session",
  action: "session",
  summary: "Who is logged in, and what they may do",
  query: nothing,
  body: nothing,
  answer: sessionSchema,
  handle: ({ person }) =>
    Promise.resolve({
      login: person.login,
      name: person.name,
      roles: [...person.roles],
      tenant: person.tenant,
      actions: ACTIONS.filter((action) => reach(person, action) !== "none"),
      expiresAt: person.expiresAt.toISOString(),
    }),
});
