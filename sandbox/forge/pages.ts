import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { PEOPLE } from "../people.ts";
import { comments } from "./github/routes/issues.ts";
import { ends, pullsOf } from "./github/routes/pulls.ts";
import type { Pull } from "./github/routes/pulls.ts";
import { reviews } from "./github/routes/reviews.ts";
import type { Repository } from "./github/state.ts";
import { pullPage, pullPath, pullsPage, PULLS_PATH } from "./pullPage.ts";
import { bodyOf, pageReply, textReply } from "./reply.ts";
import type { Reply } from "./reply.ts";
import type { RequestProcess } from "./requestProcess.ts";
import { askedOf } from "./requestRecord.ts";
import type { RequestStore } from "./requestRecord.ts";

/** What the pages show and change. */
export interface Shown {
  readonly repository: Repository;
  readonly store: RequestStore;
  readonly process: RequestProcess;
  /** `host:port` of the forge's addresses. */
  readonly hosts: readonly string[];
  /** Reviews a pull request as a demo person; the answer's words when GitHub refuses. */
  readonly review: (number: number, review: Review) => Promise<string | undefined>;
}

/** A review as the form has it. */
export type Review = z.output<typeof reviewSchema>;

const reviewSchema = z.object({
  login: z.enum(PEOPLE.map(({ login }) => login)),
  verdict: z.enum(["APPROVE", "REQUEST_CHANGES"]),
  comment: z.string().max(2000).default(""),
});

/** Whether a path is one of the pages for people. */
export function isPage(path: string): boolean {
  return path === "/" || path === PULLS_PATH || path.startsWith("/sandbox/platform/pull/");
}

/** Answers a person's browser. */
export async function replyWithPage(request: IncomingMessage, path: string, shown: Shown): Promise<Reply> {
  const { hosts, repository } = shown;
  // A name that somebody points at this machine is not the forge's.
  if (!hosts.includes(request.headers.host ?? "")) return textReply(421, "This is not the forge's address.");
  if (path === "/" || path === PULLS_PATH) {
    return request.method === "GET" ? pageReply(200, pullsPage(pullsOf(repository))) : textReply(405, "Expected GET.");
  }
  const [, digits, verb] = /^\/sandbox\/platform\/pull\/(\d{1,9})(\/review)?$/.exec(path) ?? [];
  const pull = pullsOf(repository).find(({ number }) => number === Number(digits));
  if (pull === undefined) return textReply(404, "There is no such pull request.");
  if (request.method === "POST" && verb !== undefined) return review(request, pull, shown);
  if (request.method !== "GET" || verb !== undefined) return textReply(405, "Expected GET of the page, or its form.");
  return pageReply(200, await shownPull(pull, shown));
}

async function review(request: IncomingMessage, pull: Pull, shown: Shown): Promise<Reply> {
  const refuse = async (status: number, problem: string) => pageReply(status, await shownPull(pull, shown, problem));
  const body = await bodyOf(request);
  if (!shown.hosts.some((host) => request.headers.origin === `http://${host}`)) {
    return refuse(403, "The form was sent by another site: nothing was done.");
  }
  const given = reviewSchema.safeParse(Object.fromEntries(new URLSearchParams(body ?? "")));
  if (!given.success) return refuse(400, "The form had no known person and verdict: nothing was done.");
  const { verdict, comment } = given.data;
  if (verdict === "REQUEST_CHANGES" && comment.trim() === "") {
    return refuse(400, "Say in the comment what to change: nothing was done.");
  }
  const problem = await shown.review(pull.number, given.data);
  if (problem !== undefined) return refuse(400, `The review was refused: ${problem}`);
  shown.process.look();
  return { ...textReply(303, "Reviewed."), location: pullPath(pull.number) };
}

async function shownPull(pull: Pull, { repository, store, process }: Shown, problem?: string): Promise<string> {
  const { git } = repository;
  const { base, head } = await ends(repository, pull);
  const record = store.all().find((each) => each.pull?.number === pull.number);
  return pullPage({
    pull,
    request: record === undefined ? undefined : process.status(record),
    reason: record === undefined ? undefined : askedOf(record)?.reason,
    diff: base === "" || head === "" ? "" : await git.diff(await git.mergeBase(base, head), head),
    reviews: reviews(repository).filter((each) => each.pull === pull.number && each.state !== "PENDING"),
    comments: comments(repository).filter(({ issue }) => issue === pull.number),
    ...(problem === undefined ? {} : { problem }),
  });
}
