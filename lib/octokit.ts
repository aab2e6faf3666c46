import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";

/** Calls that GitHub answers with a fault of its own are repeated after 1, 4 and 9 seconds; a refusal stays one. */
const RETRY = { retries: 3, doNotRetry: [400, 401, 403, 404, 405, 409, 410, 422, 451] };

/** Entries asked for in one request: the most that GitHub gives. */
const PER_PAGE = 100;

/** A client of GitHub's API. @param url such as `https://api.github.com` */
export function githubClient(url: string, token: string): Octokit {
  return new (Octokit.plugin(retry))({
    auth: token,
    baseUrl: url,
    retry: RETRY,
    // The caller reports every failure.
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

function quiet(): void {
  // Nothing is logged here.
}

/**
 * All entries of a list that comes in pages.
 *
 * @param ask a page's entries, by what its request takes
 */
export async function entriesOf<Entry>(
  ask: (page: { readonly page: number; readonly per_page: number }) => Promise<readonly Entry[]>,
): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let page = 1; ; page += 1) {
    const entries = await ask({ page, per_page: PER_PAGE });
    all.push(...entries);
    if (entries.length < PER_PAGE) return all;
  }
}
