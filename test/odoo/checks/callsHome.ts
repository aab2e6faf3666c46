import { z } from "zod";
import { equal, holds, notLookedAt } from "../check.ts";
import type { Check } from "../check.ts";

/** What a person who types waits for at most. */
const TYPING_SECONDS = 1;
/** A scheduled action that waits for somebody outside takes 15 s or longer for each. */
const ACTION_SECONDS = 15;

/** A name that nobody has. That it is asked for must be seen, else nothing would be. */
const PROOF = "odoo-check.invalid";

const seen = z.object({
  /** Names that were looked up. */
  asked: z.array(z.string()),
  /** Addresses beside the tenant's database and this machine that a connection was tried to. */
  reached: z.array(z.string()),
  actions: z.array(
    z.object({
      name: z.string(),
      seconds: z.number(),
      /** How it failed; empty where it did not. */
      error: z.string(),
    }),
  ),
  /** Seconds that the completion of a company's name takes; null where no module does that. */
  autocomplete: z.number().nullable(),
});

/**
 * No way out: every name but this machine's is refused as a pod's is, and noted. psycopg2 connects by libpq, so the database
 * is not among them.
 */
const PYTHON = `
import json, requests, socket, time
asked, reached, actions = set(), set(), []
own = {"localhost", "127.0.0.1", "::1", socket.gethostname()}
look_up, connect = socket.getaddrinfo, socket.socket.connect

def getaddrinfo(host, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    if name in own or name is None:
        return look_up(host, *args, **kwargs)
    asked.add(name)
    raise socket.gaierror(socket.EAI_AGAIN, "no way out")

def connect_to(self, address):
    if isinstance(address, tuple) and address[0] not in own:
        reached.add(str(address[0]))
        raise ConnectionRefusedError("no way out")
    return connect(self, address)

socket.getaddrinfo, socket.socket.connect = getaddrinfo, connect_to
try:
    requests.get("http://${PROOF}", timeout=5)
except requests.ConnectionError:
    pass
for cron in env["ir.cron"].search([], order="id"):
    name, begin, error = cron.name, time.monotonic(), ""
    try:
        # A transaction of its own, which many of them commit in between.
        with env.registry.cursor() as cr:
            cron.with_env(env(cr=cr)).method_direct_trigger()
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    actions.append({"name": name, "seconds": round(time.monotonic() - begin, 1), "error": error})
autocomplete = None
if hasattr(env["res.partner"], "autocomplete_by_name"):
    begin = time.monotonic()
    env["res.partner"].autocomplete_by_name("Acme", False)
    autocomplete = round(time.monotonic() - begin, 1)
env.cr.rollback()
tell(json.dumps({"asked": sorted(asked), "reached": sorted(reached), "actions": actions, "autocomplete": autocomplete}))
`;

/** Every scheduled action runs, and nobody outside is asked for but those whom a pod answers itself, at once. */
export const callsHome: Check = {
  title: "calls home",
  run: async (walk) => {
    const aliases = (await walk.deployment("odoo-cron")).spec?.template.spec?.hostAliases ?? [];
    const answered = new Set(aliases.flatMap(({ hostnames = [] }) => hostnames));
    const { asked, reached, actions, autocomplete } = seen.parse(JSON.parse(await walk.shell(PYTHON)));
    const others = asked.filter((name) => name !== PROOF);
    const slow = actions.filter(({ seconds }) => seconds >= ACTION_SECONDS);
    return [
      holds(
        "names that were looked up",
        asked.includes(PROOF) && others.every((name) => answered.has(name)),
        asked.includes(PROOF) ? others : "none was noticed",
        `some of ${[...answered].join(", ")}, which the pod answers itself`,
      ),
      equal("addresses that were connected to", reached, []),
      holds("scheduled actions that ran", actions.length > 0, actions.length, "all"),
      equal(
        "those that failed",
        actions.filter(({ error }) => error !== "").map(({ name, error }) => `${name}: ${error}`),
        [],
      ),
      equal(
        `those that took ${ACTION_SECONDS} s or longer`,
        slow.map(({ name, seconds }) => `${name}: ${seconds} s`),
        [],
      ),
      autocomplete === null
        ? notLookedAt("completion of a company's name", "no module does that")
        : holds(
            "seconds that the completion of a company's name takes",
            autocomplete < TYPING_SECONDS,
            autocomplete,
            `less than ${TYPING_SECONDS}`,
          ),
    ];
  },
};
