import { holds } from "../check.ts";
import type { Check } from "../check.ts";
import { logInAsTester, removeTester } from "../people.ts";
import { WEB, WEBSOCKET } from "../walk.ts";

/** Browsers that come at once, as after a restart. */
const AT_ONCE = 15;
const OPEN_SECONDS = 30;

/** As many websockets as a plan's users open at once are let in. */
export const websockets: Check = {
  title: "websockets",
  run: async (walk) => {
    const web = await walk.startWeb();
    try {
      const session = await logInAsTester(walk);
      const all = Array.from({ length: AT_ONCE }, () => open(session.cookie));
      const opened = (await Promise.all(all)).filter((socket) => socket !== undefined);
      for (const socket of opened) socket.close();
      await removeTester(walk, session);
      return [
        holds(`of ${AT_ONCE} websockets at once, let in`, opened.length === AT_ONCE, opened.length, String(AT_ONCE)),
      ];
    } finally {
      await web.stop();
    }
  },
};

/** An open websocket; undefined when it was refused, or not open in time. */
async function open(cookie: string): Promise<WebSocket | undefined> {
  const version = await (await fetch(`${WEB}/web/login`)).text();
  const worker = /"websocket_worker_version":\s*"([^"]+)"/.exec(version)?.[1] ?? "";
  const socket = new WebSocket(`${WEBSOCKET}?version=${worker}`, { headers: { cookie, origin: WEB } });
  return await new Promise((done) => {
    const timer = setTimeout(() => done(undefined), OPEN_SECONDS * 1000);
    socket.onopen = () => {
      clearTimeout(timer);
      done(socket);
    };
    socket.onerror = () => {
      clearTimeout(timer);
      done(undefined);
    };
  });
}
