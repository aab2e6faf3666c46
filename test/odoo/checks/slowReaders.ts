import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { equal } from "../check.ts";
import type { Check } from "../check.ts";
import { logInAsTester, removeTester } from "../people.ts";
import { WEB } from "../walk.ts";

/** More than a machine's own buffers take. */
const SIZE_MIB = 48;
/** Longer than Odoo's own limit of 2 s; a gateway waits so while a browser takes what it has. */
const PAUSE_SECONDS = 6;

const NAME = "Odoo check: slow reader";

/** An answer reaches somebody whose line is slow whole. */
export const slowReaders: Check = {
  title: "slow readers",
  run: async (walk) => {
    const web = await walk.startWeb();
    try {
      const session = await logInAsTester(walk);
      const id = await walk.shell(`
attachment = env["ir.attachment"].create({"name": "${NAME}", "raw": b"x" * (${SIZE_MIB} << 20)})
env.cr.commit()
tell(attachment.id)
`);
      try {
        const bytes = await readSlowly(`/web/content/${id}?download=1`, session.cookie);
        return [
          equal(
            `MiB of ${SIZE_MIB} that come when nothing is read for ${PAUSE_SECONDS} s`,
            Math.floor(bytes / 2 ** 20),
            SIZE_MIB,
          ),
        ];
      } finally {
        await walk.shell(`env["ir.attachment"].browse(${id}).unlink()\nenv.cr.commit()`);
        await removeTester(walk, session);
      }
    } finally {
      await web.stop();
    }
  },
};

/** Asks for a page, waits, and reads. @returns how many bytes came, headers included */
async function readSlowly(path: string, cookie: string): Promise<number> {
  const { hostname, port, host } = new URL(WEB);
  const socket = connect(Number(port), hostname);
  let bytes = 0;
  const ended = new Promise<void>((done) => {
    socket.once("close", () => done());
    socket.on("error", () => done());
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
  await sleep(PAUSE_SECONDS * 1000);
  socket.on("data", (chunk) => (bytes += chunk.length));
  await ended;
  return bytes;
}
