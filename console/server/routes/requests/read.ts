import { requestSchema } from "../../../api/requests.ts";
import { nothing, route } from "../../route.ts";
import { findRequest } from "./find.ts";
import { requestFor } from "./rows.ts";

export const readRequest = route({
  method: "get",
  path: "/requests/{id}",
  action: "request:read",
  isScoped: true,
  summary: "A request and its progress",
  query: nothing,
  body: nothing,
  answer: requestSchema,
  handle: async ({ services: { database }, person, param }) =>
    requestFor(person, await findRequest(database, person, param("id"))),
});
