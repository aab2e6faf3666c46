import type { sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import type {
  EnforcementLevel,
  PolicyPackArgs,
  ReportViolation,
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { IAnalyzerServer } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { operation } from "../lib/operation.ts";
import { UnknownValueError } from "../lib/unknownValues.ts";
import { readResource, readResources } from "./resources.ts";

/** A policy pack, as `@pulumi/policy` has it, with its name and version. */
export interface Pack {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly policies: readonly Policy[];
}

type Policy = Extract<PolicyPackArgs["policies"][number], ResourceValidationPolicy | StackValidationPolicy>;

/** A policy's functions, of those that are served here. */
interface Hosted {
  readonly policy: Policy;
  readonly validateResource: ResourceValidation | undefined;
  readonly validateStack: StackValidation | undefined;
}

interface Configuration {
  readonly level: messages.EnforcementLevel;
  readonly values: object;
}

/** What a policy says of what it was shown. */
interface Verdicts {
  readonly diagnostics: messages.AnalyzeDiagnostic[];
  readonly notApplicable: messages.PolicyNotApplicable[];
}

const LEVELS = {
  advisory: messages.EnforcementLevel.ADVISORY,
  mandatory: messages.EnforcementLevel.MANDATORY,
  remediate: messages.EnforcementLevel.REMEDIATE,
  disabled: messages.EnforcementLevel.DISABLED,
} as const;

/** A policy failed. Its message has the stack already. */
class PolicyError extends Error {}

class NotApplicable extends Error {
  readonly reason: string | undefined;

  constructor(reason?: string) {
    super(reason ?? "Policy does not apply");
    this.reason = reason;
  }
}

/**
 * Answers the engine's questions to a policy pack as the server of `@pulumi/policy` does, with the same verdicts. Each resource is
 * unpacked once for all policies, and the engine's word that it only previews is passed on.
 *
 * @throws Error for a policy that is not served here: with remediations, or with several functions
 */
export function packService(pack: Pack): IAnalyzerServer {
  const hosted = pack.policies.map(host);
  let configurations: ReadonlyMap<string, Configuration> = new Map();
  let stackTags: ReadonlyMap<string, string> = new Map();

  const levelOf = ({ name, enforcementLevel }: Policy) =>
    configurations.get(name)?.level ?? LEVELS[enforcementLevel ?? pack.enforcementLevel];

  /** Asks a policy, and notes what it says. @throws Error when the policy fails: the operation must not go on. */
  const ask = async (
    { policy }: Hosted,
    verdicts: Verdicts,
    validate: (context: ReturnType<typeof contextOf>, report: ReportViolation) => Promise<void> | void,
  ): Promise<void> => {
    const from = `policy '${policy.name}' from policy pack '${pack.name}@v${pack.version}'`;
    const level = levelOf(policy) === LEVELS.advisory ? LEVELS.advisory : LEVELS.mandatory;
    const add = (message: string, as: messages.EnforcementLevel, urn?: string) =>
      verdicts.diagnostics.push(diagnostic(pack, policy, message, as, urn));
    try {
      const done = validate(contextOf(policy), (message, urn) => {
        if (typeof message !== "string") throw new Error("expected a violation as text");
        add(message === "" ? policy.description : `${policy.description}\n${message}`, level, urn);
      });
      if (done instanceof Promise) await done;
    } catch (error) {
      if (error instanceof UnknownValueError) {
        add(`can't run ${from} during preview: ${error.message}`, LEVELS.advisory);
      } else if (error instanceof NotApplicable) {
        verdicts.notApplicable.push(notApplicable(policy, error.reason));
      } else {
        throw new PolicyError(`Error validating resource with ${from}:\n${textOf(error)}`, { cause: error });
      }
    }
  };
  const contextOf = ({ name }: Policy) => ({
    stackTags,
    getConfig: () => (configurations.get(name)?.values ?? {}) as never,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  });

  return {
    analyze: answer(async (request: messages.AnalyzeRequest) => {
      const verdicts: Verdicts = { diagnostics: [], notApplicable: [] };
      const resource = readResource(request);
      for (const one of hosted) {
        const { validateResource } = one;
        if (validateResource === undefined || levelOf(one.policy) === LEVELS.disabled) continue;
        await ask(one, verdicts, (context, report) => validateResource({ ...resource, ...context }, report));
      }
      return analyzeResponse(verdicts);
    }),
    analyzeStack: answer(async (request: messages.AnalyzeStackRequest) => {
      const verdicts: Verdicts = { diagnostics: [], notApplicable: [] };
      const resources = readResources(request.getResourcesList());
      for (const one of hosted) {
        const { validateStack } = one;
        if (validateStack === undefined || levelOf(one.policy) === LEVELS.disabled) continue;
        await ask(one, verdicts, (context, report) => validateStack({ resources, ...context }, report));
      }
      return analyzeResponse(verdicts);
    }),
    remediate: answer(() => {
      const response = new messages.RemediateResponse();
      for (const { policy, validateResource } of hosted) {
        if (validateResource === undefined || levelOf(policy) !== LEVELS.remediate) continue;
        response.addNotApplicable(notApplicable(policy, "Policy does not implement remediateResource"));
      }
      return response;
    }),
    getAnalyzerInfo: answer(() => analyzerInfo(pack, hosted)),
    getPluginInfo: answer(() => new plugin.PluginInfo().setVersion(pack.version)),
    configure: answer((request: messages.ConfigureAnalyzerRequest) => {
      configurations = new Map(
        [...request.getPolicyconfigMap().entries()].map(([name, config]) => [name, configuration(config)]),
      );
      return new empty.Empty();
    }),
    configureStack: answer((request: messages.AnalyzerStackConfigureRequest) => {
      operation.isPreview = request.getDryRun();
      stackTags = new Map(request.getTagsMap().entries());
      return new messages.AnalyzerStackConfigureResponse();
    }),
    handshake: answer(() => new messages.AnalyzerHandshakeResponse()),
    // Nothing goes on between two answers; the engine ends the process next.
    cancel: answer(() => new empty.Empty()),
  };
}

function host(policy: Policy): Hosted {
  const validateResource = "validateResource" in policy ? policy.validateResource : undefined;
  const validateStack = "validateStack" in policy ? policy.validateStack : undefined;
  if ("remediateResource" in policy || Array.isArray(validateResource)) {
    throw new Error(
      `${policy.name} has remediations or several functions, expected one validateResource or validateStack`,
    );
  }
  return { policy, validateResource, validateStack };
}

/** A handler of grpc's. What fails is reported with its stack, as grpc passes on the message alone. */
function answer<Request, Response>(work: (request: Request) => Response | Promise<Response>) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    void (async () => work(request))().then(
      (response) => callback(null, response),
      (error: unknown) => callback(error instanceof PolicyError ? error : new Error(textOf(error))),
    );
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function configuration(config: messages.PolicyConfig): Configuration {
  const level = config.getEnforcementlevel();
  if (!Object.values<messages.EnforcementLevel>(LEVELS).includes(level)) {
    throw new Error(`Unknown enforcement level ${level}.`);
  }
  return { level, values: config.getProperties()?.toJavaScript() ?? {} };
}

function diagnostic(
  pack: Pack,
  policy: Policy,
  message: string,
  level: messages.EnforcementLevel,
  urn: string | undefined,
): messages.AnalyzeDiagnostic {
  return new messages.AnalyzeDiagnostic()
    .setPolicyname(policy.name)
    .setPolicypackname(pack.name)
    .setPolicypackversion(pack.version)
    .setDescription(policy.description)
    .setMessage(message)
    .setEnforcementlevel(level)
    .setUrn(urn ?? "");
}

function notApplicable({ name }: Policy, reason: string | undefined): messages.PolicyNotApplicable {
  return new messages.PolicyNotApplicable().setPolicyName(name).setReason(reason ?? "");
}

function analyzeResponse({ diagnostics, notApplicable }: Verdicts): messages.AnalyzeResponse {
  return new messages.AnalyzeResponse().setDiagnosticsList(diagnostics).setNotApplicableList(notApplicable);
}

function analyzerInfo(pack: Pack, hosted: readonly Hosted[]): messages.AnalyzerInfo {
  const { POLICY_TYPE_RESOURCE, POLICY_TYPE_STACK } = messages.PolicyType;
  return new messages.AnalyzerInfo()
    .setName(pack.name)
    .setVersion(pack.version)
    .setSupportsconfig(true)
    .setDescription(pack.description)
    .setPoliciesList(
      hosted.map(({ policy, validateResource }) => {
        const info = new messages.PolicyInfo()
          .setPolicyType(validateResource === undefined ? POLICY_TYPE_STACK : POLICY_TYPE_RESOURCE)
          .setName(policy.name)
          .setDescription(policy.description)
          .setEnforcementlevel(LEVELS[policy.enforcementLevel ?? pack.enforcementLevel])
          .setUrl(policy.url ?? "");
        return policy.configSchema === undefined ? info : info.setConfigschema(schemaOf(policy.configSchema));
      }),
    );
}

function schemaOf({ properties, required = [] }: NonNullable<Policy["configSchema"]>): messages.PolicyConfigSchema {
  return new messages.PolicyConfigSchema()
    .setProperties(struct.Struct.fromJavaScript(properties))
    .setRequiredList(required);
}
