import type { RequestStatus } from "../../features/requests/index.ts";
import { PEOPLE } from "../people.ts";
import type { Comment } from "./github/routes/issues.ts";
import type { Pull } from "./github/routes/pulls.ts";
import type { Review } from "./github/routes/reviews.ts";
import { Html, html, page } from "./html.ts";

/** What a pull request's page shows. */
export interface ShownPull {
  readonly pull: Pull;
  /** The request that it is of; undefined for others. */
  readonly request: RequestStatus | undefined;
  readonly reason: string | undefined;
  readonly diff: string;
  readonly reviews: readonly Review[];
  readonly comments: readonly Comment[];
  /** Why what was just tried did not work. */
  readonly problem?: string;
}

/** Path of the list of pull requests. */
export const PULLS_PATH = "/sandbox/platform/pulls";

/** Path of a pull request's page. */
export function pullPath(number: number): string {
  return `/sandbox/platform/pull/${number}`;
}

const VERDICTS: Readonly<Record<Review["state"], string>> = {
  APPROVED: "approved it",
  CHANGES_REQUESTED: "requested changes",
  COMMENTED: "commented",
  DISMISSED: "had a review that was dismissed",
  PENDING: "began a review",
};

/** The list of pull requests, the newest first. */
export function pullsPage(pulls: readonly Pull[]): string {
  const rows = [...pulls].reverse().map(
    (pull) =>
      html`<li>
        <a href="${pullPath(pull.number)}">${pull.title}</a>
        <span class="soft">#${pull.number}</span> ${stateOf(pull)}
      </li>`,
  );
  const empty = html`<p class="soft">
    There is no pull request yet. A request that is sent to the sandbox becomes one.
  </p>`;
  return page(
    "Pull requests of the sandbox",
    html`<h1>Pull requests</h1>
      ${standIn()}
      <section>
        ${
          rows.length === 0
            ? empty
            : html`<ul>
                ${rows}
              </ul>`
        }
      </section>`,
  );
}

/** A pull request's page, with the form that reviews it. */
export function pullPage(shown: ShownPull): string {
  const { pull, request, diff, problem } = shown;
  return page(
    `${pull.title} · #${pull.number}`,
    html`<p><a href="${PULLS_PATH}">All pull requests</a></p>
      <h1>${pull.title} <span class="soft">#${pull.number}</span></h1>
      <p>${stateOf(pull)}</p>
      ${standIn()}
      ${problem === undefined ? undefined : html`<section role="alert"><p class="bad">${problem}</p></section>`}
      ${aboutSection(shown)} ${checksSection(request)}
      <section>
        <h2>Changes</h2>
        ${diffOf(diff)}
      </section>
      ${conversation(shown)} ${pull.state === "open" ? reviewForm(pull, request) : undefined}`,
  );
}

function standIn(): Html {
  return html`<section class="note">
    <p>
      This page is the sandbox's stand-in for GitHub's. It asks for no password: anyone on this machine can review as
      any of the sandbox's staff, who do not exist.
    </p>
  </section>`;
}

function stateOf({ state, pull }: Pull): Html {
  if (pull.merge !== undefined) return html`<span class="state good">Merged</span>`;
  return state === "open" ? html`<span class="state">Open</span>` : html`<span class="state bad">Closed</span>`;
}

function aboutSection({ request, reason, pull }: ShownPull): Html {
  if (request === undefined)
    return html`<section>
      <h2>About</h2>
      <pre class="wrap">${pull.body ?? ""}</pre>
    </section>`;
  const { requester, onBehalfOf, approver, deadline, state } = request;
  const asker = onBehalfOf === undefined ? requester : `${onBehalfOf}, through ${requester}`;
  return html`<section>
    <h2>Request</h2>
    <dl>
      <dt>Asked by</dt>
      <dd>${asker}</dd>
      <dt>Why</dt>
      <dd>${reason ?? ""}</dd>
      <dt>Approver</dt>
      <dd>${approver}, until <time datetime="${deadline}">${minutes(deadline)}</time></dd>
      <dt>State</dt>
      <dd>
        ${state}${request.reason === undefined ? undefined : html`<br /><span class="bad">${request.reason}</span>`}
      </dd>
      <dt>Id</dt>
      <dd>${request.id}</dd>
    </dl>
    <details>
      <summary>Description</summary>
      <pre class="wrap">${pull.body ?? ""}</pre>
    </details>
  </section>`;
}

function checksSection(request: RequestStatus | undefined): Html {
  const checks = (request?.checks ?? []).map(({ name, status, conclusion, summary }) => {
    const kind = conclusion === "failure" ? "bad" : conclusion === "success" ? "good" : "soft";
    return html`<details>
      <summary>${name}: <strong class="${kind}">${conclusion ?? status.replace("_", " ")}</strong></summary>
      <pre class="wrap">${summary}</pre>
    </details>`;
  });
  return html`<section>
    <h2>Checks</h2>
    ${checks.length === 0 ? html`<p class="soft">No check has begun yet.</p>` : checks}
  </section>`;
}

function diffOf(diff: string): Html {
  const lines = diff.split("\n").map((line) => {
    const kind = /^\+(?!\+\+ )/.test(line) ? "add" : /^-(?!-- )/.test(line) ? "cut" : "";
    return html`<span class="${kind}">${line === "" ? " " : line}</span>`;
  });
  return html`<pre tabindex="0" role="region" aria-label="Changes of files">${lines}</pre>`;
}

function conversation({ reviews, comments }: ShownPull): Html | undefined {
  const said = [
    ...reviews.map(({ user, state, body, submitted_at }) => ({
      at: submitted_at ?? "",
      text: `${user.login} ${VERDICTS[state]}${body === "" ? "" : `: ${body}`}`,
    })),
    ...comments.map(({ user, body, created_at }) => ({ at: created_at, text: `${user.login}: ${body}` })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  if (said.length === 0) return undefined;
  const rows = said.map(({ at, text }) => html`<li><span class="soft">${minutes(at)}</span><br />${text}</li>`);
  return html`<section>
    <h2>Conversation</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

function reviewForm(pull: Pull, request: RequestStatus | undefined): Html {
  const options = PEOPLE.map(({ login, name, roles, isApprover }) => {
    const what = `${name} (${[...roles, ...(isApprover ? ["approver"] : [])].join(", ")})`;
    return login === request?.approver
      ? html`<option value="${login}" selected>${what}: asked for a review</option>`
      : html`<option value="${login}">${what}</option>`;
  });
  return html`<section>
    <h2>Review</h2>
    <form method="post" action="${pullPath(pull.number)}/review">
      <label
        >Review as
        <select name="login">
          ${options}
        </select></label
      >
      <label>Comment <textarea name="comment" rows="3" maxlength="2000"></textarea></label>
      <button class="main" name="verdict" value="APPROVE">Approve</button>
      <button name="verdict" value="REQUEST_CHANGES">Request changes</button>
    </form>
    <p class="soft">
      Only the review of the person who is asked decides. To request changes, say in the comment what to change.
    </p>
  </section>`;
}

function minutes(time: string): string {
  return `${time.slice(0, 16).replace("T", " ")} UTC`;
}
