/** Seconds that a request may take. */
const TIMEOUT_SECONDS = 30;
/** Redirects that are followed one after another; a log-in has four. */
const MAX_REDIRECTS = 10;

/** How a host is reached that its name does not lead to: another address, and headers as a gateway sets them. */
export interface Detour {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer. */
export interface Page {
  readonly url: string;
  readonly status: number;
  /** Where it redirects to, absolute. */
  readonly location?: string;
  readonly text: string;
}

/**
 * As much of a browser as a log-in needs: cookies by host, forms, and redirects one by one. Paths and lifetimes of cookies
 * are left out: one tenant's pages need no more.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  readonly #detours: ReadonlyMap<string, Detour>;

  /** @param detours by host. Default: each host is reached by its name */
  constructor(detours: ReadonlyMap<string, Detour> = new Map()) {
    this.#detours = detours;
  }

  /** One request: GET, or POST with a form or JSON. @throws TypeError when nothing answers */
  async request(address: string, body?: URLSearchParams | object): Promise<Page> {
    const url = new URL(address);
    const cookies = this.#cookies.get(url.hostname) ?? new Map<string, string>();
    this.#cookies.set(url.hostname, cookies);
    const detour = this.#detours.get(url.host);
    const isJson = body !== undefined && !(body instanceof URLSearchParams);
    const response = await fetch(detour === undefined ? url : `${detour.origin}${url.pathname}${url.search}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000),
      headers: {
        ...detour?.headers,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(isJson ? { "content-type": "application/json" } : {}),
      },
      ...(body === undefined ? {} : { method: "POST", body: isJson ? JSON.stringify(body) : body }),
    });
    for (const line of response.headers.getSetCookie()) store(cookies, line);
    const location = response.headers.get("location");
    return {
      url: url.href,
      status: response.status,
      ...(location === null ? {} : { location: new URL(location, url).href }),
      text: await response.text(),
    };
  }

  /** Follows a page's redirects to the first page that has none. */
  async follow(page: Page): Promise<Page> {
    let last = page;
    for (let count = 0; last.location !== undefined; count += 1) {
      if (count === MAX_REDIRECTS) throw new Error(`${page.url} redirects in a circle, at last to ${last.location}`);
      last = await this.request(last.location);
    }
    return last;
  }
}

function store(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  const isGone = attributes.some((text) => /^\s*(?:max-age=0|expires=.*\b1970\b.*)$/i.test(text));
  if (isGone || value === "") cookies.delete(name);
  else cookies.set(name, value);
}

/** A text of HTML, such as an address in an attribute, as it is meant. */
export function unescapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name ?? ""] ?? whole;
  });
}
