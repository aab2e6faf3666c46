import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeSecretFile } from "../../instance.ts";
import { readKept } from "../kept.ts";
import { BareRepository } from "./git.ts";
import { CHECK_CONCLUSIONS } from "../../../features/requests/index.ts";
import { checkRuns } from "./routes/checks.ts";
import { comments, issues } from "./routes/issues.ts";
import { pullParts } from "./routes/pulls.ts";
import { reviews } from "./routes/reviews.ts";
import { Repository } from "./state.ts";
import type { GithubState } from "./state.ts";

const account = z.object({ id: z.int(), login: z.string(), type: z.enum(["User", "Organization"]) });
const issue = z.object({
  id: z.int(),
  number: z.int(),
  user: account,
  isPull: z.boolean(),
  created_at: z.string(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(["open", "closed"]),
  state_reason: z.string().nullable(),
  labels: z.array(z.object({ id: z.int(), name: z.string(), color: z.string(), description: z.string().nullable() })),
  assignees: z.array(z.string()),
  closed_at: z.string().nullable(),
  updated_at: z.string(),
});
const comment = z.object({
  id: z.int(),
  issue: z.int(),
  user: account,
  created_at: z.string(),
  body: z.string(),
  updated_at: z.string(),
});
const pull = z.object({
  head: z.string(),
  base: z.string(),
  draft: z.boolean(),
  reviewers: z.array(z.string()),
  closedAt: z.object({ head: z.string(), base: z.string() }).optional(),
  merge: z.object({ sha: z.string(), by: account, at: z.string() }).optional(),
});
const review = z.object({
  id: z.int(),
  pull: z.int(),
  user: account,
  body: z.string(),
  state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
  commit_id: z.string(),
  submitted_at: z.string().exactOptional(),
});
const checkRun = z.object({
  id: z.int(),
  name: z.string(),
  head_sha: z.string(),
  details_url: z.string().optional(),
  output: z.looseObject({ title: z.string().optional(), summary: z.string().optional() }).optional(),
  status: z.enum(["queued", "in_progress", "completed"]),
  conclusion: z.enum(CHECK_CONCLUSIONS).nullable(),
  started_at: z.string(),
  completed_at: z.string().nullable(),
});

const keptSchema = z.object({
  lastId: z.int(),
  accounts: z.array(account),
  repository: z.object({
    id: z.int(),
    nextNumber: z.int(),
    createdAt: z.string(),
    issues: z.array(issue),
    comments: z.array(comment),
    pulls: z.array(z.tuple([z.int(), pull])),
    reviews: z.array(review),
    checkRuns: z.array(checkRun),
  }),
});

/**
 * Adds a repository to a state as a file kept it, or a new one where there is no file: its pull requests, reviews, comments
 * and check runs. The git repository is in the state's folder.
 *
 * @throws SandboxError when the file is damaged
 */
export async function restoreRepository(
  state: GithubState,
  file: string,
  { owner, name }: { readonly owner: string; readonly name: string },
): Promise<Repository> {
  if (!existsSync(file)) return state.addRepository(owner, name);
  const kept = readKept(file, keptSchema);
  for (const each of kept.accounts) state.accounts.set(each.login, each);
  state.continueAfter(kept.lastId);
  const git = await BareRepository.create(join(state.folder, `${owner}/${name}.git`), "main");
  const repository = new Repository(kept.repository.id, state.addAccount(owner, "Organization"), name, git, {});
  repository.nextNumber = kept.repository.nextNumber;
  repository.createdAt = kept.repository.createdAt;
  for (const each of kept.repository.issues) issues(repository).set(each.number, each);
  for (const [number, part] of kept.repository.pulls) {
    pullParts(repository).set(number, { ...part, closedAt: part.closedAt, merge: part.merge });
  }
  comments(repository).push(...kept.repository.comments);
  reviews(repository).push(...kept.repository.reviews);
  checkRuns(repository).push(...kept.repository.checkRuns);
  state.repositories.set(repository.fullName, repository);
  return repository;
}

/** Writes what {@link restoreRepository} reads, in one step. Tokens are not in it. */
export function keepRepository(state: GithubState, file: string, repository: Repository): void {
  const kept: z.input<typeof keptSchema> = {
    lastId: state.lastId,
    accounts: [...state.accounts.values()],
    repository: {
      id: repository.id,
      nextNumber: repository.nextNumber,
      createdAt: repository.createdAt,
      issues: [...issues(repository).values()],
      comments: comments(repository),
      pulls: [...pullParts(repository)],
      reviews: reviews(repository),
      checkRuns: checkRuns(repository),
    },
  };
  writeSecretFile(file, JSON.stringify(kept));
}
