import type {
  PolicyResourceOptions,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema.js";
import { Field, unproxied } from "./field.ts";
import { type Graph, type Node, readGraph } from "./graph.ts";
import { noteLeftOut } from "./leftOut.ts";
import { operation } from "./operation.ts";
import { rememberOwner } from "./resourceOwners.ts";
import { mayRelax, stackName } from "./urn.ts";

/** Page with a section for each policy: what it guards, and what to do about a violation. */
export const RUNBOOK = "docs/runbooks/policy-violation.md";

/** A limit that is a choice, set by the pack's configuration file. */
export interface Option<T> {
  readonly schema: PolicyConfigJSONSchema;
  readonly default: T;
  /**
   * Whether another value than the default weakens what staging and prod rely on. It is then ignored in stacks of those
   * names, whatever configuration file is passed.
   */
  readonly relaxes: boolean;
  /** Whether such a value is honoured in previews of those stacks. An update of the same is judged by the default. */
  readonly inPreviews?: boolean;
}

type Options = Readonly<Record<string, Option<unknown>>>;
type Values<O extends Options> = { readonly [K in keyof O]: O[K]["default"] };

/** A whole-number limit. */
export function limit(value: number, description: string): Option<number> {
  return { schema: { type: "integer", minimum: 0, default: value, description }, default: value, relaxes: false };
}

/** A strictness that only a sandbox may switch off; on by default. */
export function strictness(description: string): Option<boolean> {
  return { schema: { type: "boolean", default: true, description }, default: true, relaxes: true };
}

/** A resource as its policies see it before it is made. */
export interface Subject {
  readonly type: string;
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  readonly props: Field;
  readonly opts: PolicyResourceOptions;
}

/** Reports a violation: the field, what is wrong with it (as the rest of a sentence), and how to fix it. */
export type Report = (field: Field | string, wrong: string, fix: string) => void;

/** As {@link Report}, of one resource of the stack. */
export type StackReport = (node: Node, field: Field | string, wrong: string, fix: string) => void;

interface Definition<O extends Options> {
  /** Kebab-case; unique in the pack; the runbook's section. */
  readonly name: string;
  /** One sentence: what must hold. */
  readonly description: string;
  readonly options?: O;
}

/**
 * A mandatory policy over single resources, judged before each is made. What an operation leaves out is not judged: it is made by
 * another, which shows its properties.
 *
 * @param definition its `types` are the resource types it judges, `"*"` for all.
 */
export function resourcePolicy<O extends Options = Options>(
  definition: Definition<O> & {
    readonly types: readonly string[] | "*";
    readonly check: (subject: Subject, report: Report, options: Values<O>) => void;
  },
): ResourceValidationPolicy {
  const types = definition.types === "*" ? undefined : new Set(definition.types);
  const validateResource: ResourceValidation = (args, reportViolation) => {
    const props = unproxied(args.props);
    if (noteLeftOut(args.urn, args.type, props)) return;
    if (types && !types.has(args.type)) return;
    const subject = {
      type: args.type,
      urn: args.urn,
      name: args.name,
      props: new Field(props),
      opts: args.opts,
    };
    const options = chosen(definition.options, args.getConfig(), args.urn);
    definition.check(
      subject,
      (field, wrong, fix) => reportViolation(message(definition.name, args.name, field, wrong, fix)),
      options,
    );
  };
  return { ...metadata(definition), validateResource };
}

/** A mandatory policy over all resources together, judged at the end of each preview and update. */
export function stackPolicy<O extends Options = Options>(
  definition: Definition<O> & {
    readonly check: (graph: Graph, report: StackReport, options: Values<O>) => void;
  },
): StackValidationPolicy {
  return {
    ...metadata(definition),
    validateStack: (args, reportViolation) => {
      const graph = readGraph(args.resources);
      // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
      const options = chosen(definition.options, args.getConfig(), args.resources[0]?.urn ?? "");
      definition.check(
        graph,
        (node, field, wrong, fix) => reportViolation(message(definition.name, node.name, field, wrong, fix), node.urn),
        options,
      );
    },
  };
}

/**
 * A mandatory policy over what resources say of themselves and whose they are. Each is judged before it is made; what was
 * not, because its parent had not been shown, is judged at the end with all others.
 *
 * @param definition its `types` are the resource types it judges, or say so of a type; `checkStack` judges what only all
 * resources together tell.
 */
export function tenantPolicy<O extends Options = Options>(
  definition: Definition<O> & {
    readonly types: readonly string[] | ((type: string) => boolean);
    readonly check: (node: Node, report: StackReport, options: Values<O>) => void;
    readonly checkStack?: (graph: Graph, report: StackReport, options: Values<O>) => void;
  },
): ResourceValidationPolicy & StackValidationPolicy {
  const { types } = definition;
  const judges = typeof types === "function" ? types : (type: string) => types.includes(type);
  const judged = new Set<string>();
  const overResources = resourcePolicy({
    ...definition,
    types: "*",
    check({ type, urn, name, props, opts }, report, options) {
      const owner = rememberOwner(urn, type, name, opts.parent);
      judged.delete(urn);
      if (owner === undefined || !judges(type)) return;
      judged.add(urn);
      definition.check(
        { type, urn, name, props, protect: opts.protect, ...owner },
        (_, field, wrong, fix) => report(field, wrong, fix),
        options,
      );
    },
  });
  const overStack = stackPolicy({
    ...definition,
    check(graph, report, options) {
      for (const node of graph.nodes) {
        if (node.props.known && judges(node.type) && !judged.has(node.urn)) definition.check(node, report, options);
      }
      definition.checkStack?.(graph, report, options);
    },
  });
  return { ...overResources, ...overStack };
}

function metadata(definition: Definition<Options>) {
  return {
    name: definition.name,
    description: definition.description,
    enforcementLevel: "mandatory" as const,
    url: `${RUNBOOK}#${definition.name}`,
    ...(definition.options && {
      configSchema: {
        properties: Object.fromEntries(Object.entries(definition.options).map(([key, { schema }]) => [key, schema])),
      },
    }),
  };
}

function chosen<O extends Options>(options: O | undefined, config: object, urn: string): Values<O>;
function chosen(options: Options | undefined, config: object, urn: string): Values<Options> {
  if (options === undefined) return {};
  const given = new Map<string, unknown>(Object.entries(config));
  const relaxable = mayRelax(stackName(urn));
  return Object.fromEntries(
    Object.entries(options).map(([key, option]) => {
      const value = given.get(key);
      const mayDiffer = !option.relaxes || relaxable || (option.inPreviews === true && operation.isPreview);
      const honoured = value !== undefined && mayDiffer;
      return [key, honoured ? value : option.default];
    }),
  );
}

function message(policy: string, name: string, field: Field | string, wrong: string, fix: string): string {
  const path = typeof field === "string" ? field : field.path;
  return `${name}: ${path === "" ? "" : `${path} `}${wrong}. ${fix}. See ${RUNBOOK}#${policy}`;
}
