import { join } from "node:path";
import { BareRepository } from "./git.ts";
import { GithubError, notFound } from "./answer.ts";
import type { Permissions } from "./tokens.ts";

/** A person, a bot or an organization. */
export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization";
}

/** A team of an organization; its members are logins. */
export interface Team {
  readonly id: number;
  readonly slug: string;
  readonly members: Set<string>;
}

/** Settings of a repository as `PATCH /repos/:owner/:repo` takes them. */
export interface RepositorySettings {
  description: string | null;
  homepage: string | null;
  private: boolean;
  visibility: "public" | "private" | "internal";
  default_branch: string;
  archived: boolean;
  has_issues: boolean;
  has_projects: boolean;
  has_wiki: boolean;
  has_downloads: boolean;
  has_discussions: boolean;
  is_template: boolean;
  allow_squash_merge: boolean;
  allow_merge_commit: boolean;
  allow_rebase_merge: boolean;
  allow_auto_merge: boolean;
  allow_update_branch: boolean;
  delete_branch_on_merge: boolean;
  web_commit_signoff_required: boolean;
  squash_merge_commit_title: string;
  squash_merge_commit_message: string;
  merge_commit_title: string;
  merge_commit_message: string;
  topics: string[];
}

const NEW_REPOSITORY: Omit<RepositorySettings, "default_branch"> = {
  description: null,
  homepage: null,
  private: true,
  visibility: "private",
  archived: false,
  has_issues: true,
  has_projects: true,
  has_wiki: true,
  has_downloads: true,
  has_discussions: false,
  is_template: false,
  allow_squash_merge: true,
  allow_merge_commit: true,
  allow_rebase_merge: true,
  allow_auto_merge: false,
  allow_update_branch: false,
  delete_branch_on_merge: false,
  web_commit_signoff_required: false,
  squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
  squash_merge_commit_message: "COMMIT_MESSAGES",
  merge_commit_title: "MERGE_MESSAGE",
  merge_commit_message: "PR_TITLE",
  topics: [],
};

/** A repository: its settings, and the git repository behind it. Everything else of it is in its area's file. */
export class Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly git: BareRepository;
  readonly settings: RepositorySettings;
  createdAt = now();
  /** Number of the next issue or pull request: they share one sequence. */
  nextNumber = 1;

  constructor(id: number, owner: Account, name: string, git: BareRepository, settings: Partial<RepositorySettings>) {
    this.id = id;
    this.owner = owner;
    this.name = name;
    this.git = git;
    this.settings = { ...NEW_REPOSITORY, default_branch: "main", ...settings };
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }
}

/** State of one area that each repository has; made when it is first asked for. */
export function perRepository<State>(make: (repository: Repository) => State): (repository: Repository) => State {
  const states = new WeakMap<Repository, State>();
  return (repository) => {
    let state = states.get(repository);
    if (state === undefined) states.set(repository, (state = make(repository)));
    return state;
  };
}

/** The present time as GitHub writes it. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

/** Everything that the server knows. Tests may look at it and change it: that is how drift is made. */
export class GithubState {
  /** Address of the server, without a slash at the end. */
  readonly url: string;
  /** Folder of the bare repositories. */
  readonly folder: string;
  readonly accounts = new Map<string, Account>();
  readonly teams = new Map<string, Map<string, Team>>();
  readonly tokens = new Map<string, { readonly login: string; readonly permissions: Permissions }>();
  readonly repositories = new Map<string, Repository>();
  #lastId = 1000;

  constructor(url: string, folder: string) {
    this.url = url;
    this.folder = folder;
  }

  /** A number that nothing else has. */
  newId(): number {
    return ++this.#lastId;
  }

  /** The number that {@link newId} gave last. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Has {@link newId} go on after a number. */
  continueAfter(id: number): void {
    this.#lastId = Math.max(this.#lastId, id);
  }

  /** Adds a person or an organization; the same one again is the same. */
  addAccount(login: string, type: Account["type"] = "User"): Account {
    const account = this.accounts.get(login) ?? { id: this.newId(), login, type };
    this.accounts.set(login, account);
    return account;
  }

  /** Adds a team to an organization. */
  addTeam(organization: string, slug: string, members: readonly string[] = []): Team {
    const team = { id: this.newId(), slug, members: new Set(members) };
    const teams = this.teams.get(organization) ?? new Map<string, Team>();
    this.teams.set(organization, teams.set(slug, team));
    for (const login of members) this.addAccount(login);
    return team;
  }

  /** Lets a token in. */
  addToken(token: string, login: string, permissions: Permissions): void {
    this.addAccount(login);
    this.tokens.set(token, { login, permissions });
  }

  /** Adds a repository with an empty git repository behind it. */
  async addRepository(owner: string, name: string, settings: Partial<RepositorySettings> = {}): Promise<Repository> {
    const fullName = `${owner}/${name}`;
    if (this.repositories.has(fullName)) {
      throw new GithubError(422, "Repository creation failed.", [
        { resource: "Repository", code: "custom", field: "name", message: "name already exists on this account" },
      ]);
    }
    const account = this.accounts.get(owner) ?? this.addAccount(owner, "Organization");
    const git = await BareRepository.create(join(this.folder, `${fullName}.git`), settings.default_branch ?? "main");
    const repository = new Repository(this.newId(), account, name, git, settings);
    this.repositories.set(fullName, repository);
    return repository;
  }

  /** @throws GithubError when there is no such repository. */
  repository(owner: string, name: string): Repository {
    const repository = this.repositories.get(`${owner}/${name}`);
    if (repository === undefined) throw notFound();
    return repository;
  }

  /** @throws GithubError when there is no such account. */
  account(login: string): Account {
    const account = this.accounts.get(login);
    if (account === undefined) throw notFound();
    return account;
  }
}
