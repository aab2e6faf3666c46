import { StateError } from "./stateError.ts";

/** The only organization of Pulumi's self-managed backends. */
export const ORGANIZATION = "organization";

/** A stack of a project. */
export interface StackName {
  readonly project: string;
  readonly stack: string;
}

/** What Pulumi allows in names; they become parts of paths. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/;

/** @throws StateError for names that Pulumi does not allow */
export function assertName({ project, stack }: StackName): void {
  for (const name of [project, stack])
    if (!NAME.test(name)) throw new StateError(`${name} is not a name of a project or stack, expected ${NAME.source}`);
}

/** The stack's name in states and messages. */
export const fullName = ({ project, stack }: StackName): string => `${ORGANIZATION}/${project}/${stack}`;

/** Keys of what Pulumi's self-managed backend keeps of a stack, and of our journals. */
export const stackKeys = (name: StackName) => {
  const { project, stack } = name;
  const state = `.pulumi/stacks/${project}/${stack}.json`;
  return {
    state,
    /** The state before the last change of it. */
    formerState: `${state}.bak`,
    /** Forms of a state that Pulumi writes with PULUMI_DIY_BACKEND_GZIP or _ZSTD set. */
    compressed: [`${state}.gz`, `${state}.zst`],
    tags: `.pulumi/stacks/${project}/${stack}.pulumi-tags`,
    locks: `.pulumi/locks/${fullName(name)}/`,
    lock: (id: string) => `.pulumi/locks/${fullName(name)}/${id}.json`,
    history: `.pulumi/history/${project}/${stack}/`,
    backups: `.pulumi/backups/${project}/${stack}/`,
    /** Not among the states, where Pulumi would take it for one. */
    journals: `.pulumi/journals/${project}/${stack}/`,
    journal: (id: string) => `.pulumi/journals/${project}/${stack}/${id}.journal`,
  };
};
