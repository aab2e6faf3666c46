import { requestSchema } from "../../../api/requests.ts";
import { nothing, route } from "../../route.ts";
import { findRequest } from "./find.ts";
import { requestOf } from "./rows.ts";

export const readRequest = route({
  method: "get",
  path: "/requests/{id}",
  action: "request:read",
  summary: "A request and its progress",
  query: nothing,
  body: nothing,
  answer: requestSchema,
  handle: async ({ services: { database }, param }) => requestOf(await findRequest(database, param("id"))),
});
