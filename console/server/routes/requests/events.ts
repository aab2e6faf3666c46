import { streamSSE } from "hono/streaming";
import { allowed } from "../../../api/access.ts";
import { requestSchema } from "../../../api/requests.ts";
import { nothing, rawRoute } from "../../route.ts";
import { findRequest } from "./find.ts";
import { requestFor } from "./rows.ts";

/** Milliseconds between two looks at the database. */
const RHYTHM = 1000;
/** Looks without news after which a line is sent all the same, so that no proxy ends the stream. */
const SILENCE = 15;
/** Looks after which the session and its roles are looked at again. */
const SESSION = 5;
/** Looks after which a stream ends; the browser asks again. */
const LONGEST = 600;

export const requestEvents = rawRoute({
  method: "get",
  path: "/requests/{id}/events",
  action: "request:read",
  isScoped: true,
  summary: "A request's progress as server-sent events: the request whenever it has changed",
  query: nothing,
  media: "text/event-stream",
  handle: async ({ services: { database, sessions }, person, param, context }) => {
    const id = param("id");
    const { tenant } = await findRequest(database, person, id);
    return streamSSE(context, async (stream) => {
      let last = "";
      let silent = 0;
      for (let look = 0; look < LONGEST && !stream.aborted; look += 1) {
        if (look % SESSION === SESSION - 1) {
          const now = await sessions.find(context);
          if (now?.login !== person.login || !allowed(now, "request:read", { tenant })) return;
        }
        const data = JSON.stringify(requestSchema.parse(requestFor(person, await findRequest(database, person, id))));
        silent = data === last ? silent + 1 : 0;
        if (data !== last) await stream.writeSSE({ data });
        else if (silent % SILENCE === 0) await stream.write(": still here\n\n");
        last = data;
        await stream.sleep(RHYTHM);
      }
    });
  },
});
