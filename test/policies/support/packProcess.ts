import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import analyzer from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import type { AnalyzerInfo, AnalyzeResponse, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { POLICY_PACK } from "../../../lib/policyPack.ts";
import type { Resource } from "../../../features/look/judge.ts";

/** Folder of the pack. */
export const PACK = join(import.meta.dirname, "../../../policies");

/** Largest message that is taken: a stack is analyzed in one. */
const MESSAGE_BYTES = 100 * 1024 * 1024;

/** What the pack said of one thing. */
export interface Diagnostic {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
  readonly level: EnforcementLevel;
}

/** A running pack, asked as Pulumi's engine asks it. */
export interface PackProcess {
  readonly pid: number;
  info(): Promise<AnalyzerInfo>;
  /** Hands over the configuration of policies, as `--policy-pack-config` does. */
  configure(config: Readonly<Record<string, Readonly<Record<string, boolean | number>>>>): Promise<void>;
  /** Tells it the stack, and whether this is a preview, as the engine does first of all. */
  configureStack(stack: string, isPreview: boolean): Promise<void>;
  analyze(resources: readonly Resource[]): Promise<Diagnostic[]>;
  analyzeStack(resources: readonly Resource[]): Promise<Diagnostic[]>;
  /** As the pack answers, for comparisons: all that it says of one resource, or of all. */
  answer(resource: Resource): Promise<string>;
  answerOfAll(resources: readonly Resource[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the pack as a program of its own.
 *
 * @param folder the pack's, in the checkout whose attestations it goes by
 */
export async function startPack(folder = PACK): Promise<PackProcess> {
  return start(folder, join(folder, basename(POLICY_PACK)), ["127.0.0.1:1"]);
}

/** As {@link startPack}, by the SDK's own script, which Pulumi's language host runs. */
export async function startPackByRunner(folder = PACK): Promise<PackProcess> {
  const script = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  return start(folder, process.execPath, [script, "127.0.0.1:1", "."]);
}

async function start(folder: string, program: string, args: readonly string[]): Promise<PackProcess> {
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const port = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString();
      if (output.includes("\n")) resolve(output.trim());
    });
    child.once("exit", (code) => reject(new Error(`The pack ended with ${code ?? "a signal"}: ${errors}`)));
  });
  const client = new analyzer.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    "grpc.max_send_message_length": MESSAGE_BYTES,
  });
  const analyze = promisify<messages.AnalyzeRequest, AnalyzeResponse>(client.analyze.bind(client));
  const analyzeStack = promisify<messages.AnalyzeStackRequest, AnalyzeResponse>(client.analyzeStack.bind(client));
  const getInfo = promisify<empty.Empty, AnalyzerInfo>(client.getAnalyzerInfo.bind(client));
  const configureStack = promisify<messages.AnalyzerStackConfigureRequest, messages.AnalyzerStackConfigureResponse>(
    client.configureStack.bind(client),
  );
  const configure = promisify<messages.ConfigureAnalyzerRequest, empty.Empty>(client.configure.bind(client));
  assert(child.pid);

  return {
    pid: child.pid,
    info: () => getInfo(new empty.Empty()),
    async configure(config) {
      const request = new messages.ConfigureAnalyzerRequest();
      for (const [policy, values] of Object.entries(config)) {
        const entry = new messages.PolicyConfig();
        entry.setEnforcementlevel(messages.EnforcementLevel.MANDATORY);
        entry.setProperties(struct.Struct.fromJavaScript({ ...values }));
        request.getPolicyconfigMap().set(policy, entry);
      }
      await configure(request);
    },
    async configureStack(stack, isPreview) {
      const request = new messages.AnalyzerStackConfigureRequest();
      request.setStack(stack);
      request.setDryRun(isPreview);
      await configureStack(request);
    },
    async analyze(resources) {
      const found: Diagnostic[] = [];
      for (const resource of resources) {
        found.push(...diagnostics(await analyze(analyzeRequest(resource)), resource.urn));
      }
      return found;
    },
    async analyzeStack(resources) {
      return diagnostics(await analyzeStack(stackRequest(resources)), "");
    },
    answer: (resource) => shown(analyze(analyzeRequest(resource))),
    answerOfAll: (resources) => shown(analyzeStack(stackRequest(resources))),
    async stop() {
      client.close();
      child.kill();
      await exited;
    },
  };
}

function analyzeRequest(resource: Resource): messages.AnalyzeRequest {
  const request = new messages.AnalyzeRequest();
  fill(request, resource);
  return request;
}

function stackRequest(resources: readonly Resource[]): messages.AnalyzeStackRequest {
  const request = new messages.AnalyzeStackRequest();
  for (const resource of resources) {
    const item = new messages.AnalyzerResource();
    // What its server made of it is shown with all others.
    const { id, props } = resource;
    fill(item, id === undefined ? resource : { ...resource, props: { ...props, id } });
    item.setParent(resource.parent ?? "");
    request.addResources(item);
  }
  return request;
}

/** All that an answer says, or how it failed; without the lines of a stack, which differ. */
async function shown(answer: Promise<AnalyzeResponse>): Promise<string> {
  try {
    return JSON.stringify((await answer).toObject());
  } catch (error) {
    return String(error).split("\n    at ", 1)[0] ?? "";
  }
}

function fill(request: messages.AnalyzeRequest | messages.AnalyzerResource, resource: Resource): void {
  request.setType(resource.type);
  request.setUrn(resource.urn);
  request.setName(resource.name);
  // JSON has no undefined, and neither has the wire.
  const props = JSON.parse(JSON.stringify(resource.props)) as Record<string, struct.JavaScriptValue>;
  request.setProperties(struct.Struct.fromJavaScript(props));
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(resource.protect);
  options.setParent(resource.parent ?? "");
  request.setOptions(options);
}

function diagnostics(response: AnalyzeResponse, urn: string): Diagnostic[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    urn: diagnostic.getUrn() || urn,
    message: diagnostic.getMessage(),
    level: diagnostic.getEnforcementlevel(),
  }));
}
