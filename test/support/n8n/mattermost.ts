import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";

/** A local Mattermost: takes posts of a bot, and keeps them. */
export interface MattermostServer {
  /** Address of the server: the credential's base URL. */
  readonly url: string;
  readonly posts: readonly { readonly channel: string; readonly message: string }[];
  close(): Promise<void>;
}

const post = z.object({ channel_id: z.string(), message: z.string() });

/**
 * Starts one on a free port.
 *
 * @param token the bot's; posts without it are refused
 */
export async function startMattermost(token: string): Promise<MattermostServer> {
  const posts: { channel: string; message: string }[] = [];
  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    void (async () => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        answer(401, {
          id: "api.context.session_expired.app_error",
          message: "Invalid or expired session",
          status_code: 401,
        });
      } else if (request.method !== "POST" || request.url !== "/api/v4/posts") {
        answer(404, { id: "api.context.404.app_error", message: "Not found", status_code: 404 });
      } else {
        const parsed = post.safeParse(await json(request).catch(() => undefined));
        if (!parsed.success) {
          answer(400, { id: "api.context.invalid_body_param.app_error", message: "Invalid body", status_code: 400 });
          return;
        }
        const { channel_id: channel, message } = parsed.data;
        posts.push({ channel, message });
        answer(201, { id: String(posts.length), channel_id: channel, message });
      }
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    posts,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
