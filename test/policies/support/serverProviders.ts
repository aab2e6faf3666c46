import { spawn } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { CheckResponse, ConfigureResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { ensureParts } from "../../../sandbox/toolchain/ensure.ts";
import { allParts } from "../../../sandbox/toolchain/parts.ts";

/** What a provider would make of a resource without properties. */
export interface Checked {
  /** Properties that the provider fills in. */
  readonly inputs: object;
  /** Why it makes none. */
  readonly failures: readonly string[];
}

/** Asks a provider's plugin, as the engine does before it makes anything, what it would make of types without properties. */
export async function checkedEmpty(provider: string, types: readonly string[]): Promise<Map<string, Checked>> {
  const [part] = await ensureParts(allParts().filter(({ plugin }) => plugin?.name === provider));
  const child = spawn(join(part?.dir ?? "", `pulumi-resource-${provider}`), ["127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const port = await new Promise<string>((resolve, reject) => {
      child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
      child.once("exit", (code) => reject(new Error(`${provider} ended with ${code ?? "a signal"}`)));
    });
    const client = new grpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const configure = promisify<messages.ConfigureRequest, ConfigureResponse>(client.configure.bind(client));
    const check = promisify<messages.CheckRequest, CheckResponse>(client.check.bind(client));
    // No cluster is asked: what the provider does not reach it checks all the same.
    if (provider === "kubernetes") await configure(new messages.ConfigureRequest());
    const found = new Map<string, Checked>();
    for (const type of types) {
      const request = new messages.CheckRequest();
      request.setUrn(`urn:pulumi:prod::odoo-saas::${type}::x`);
      request.setName("x");
      request.setType(type);
      request.setNews(new struct.Struct());
      request.setOlds(new struct.Struct());
      request.setRandomseed(new Uint8Array(32));
      found.set(
        type,
        await check(request).then(
          (response) => ({
            inputs: response.getInputs()?.toJavaScript() ?? {},
            failures: response.getFailuresList().map((failure) => failure.getReason()),
          }),
          // Plugins that are built here lack the types that the program does not use.
          (error: unknown) => {
            if (!/unrecognized resource type/.test(String(error))) throw error;
            return { inputs: {}, failures: [String(error)] };
          },
        ),
      );
    }
    client.close();
    return found;
  } finally {
    child.kill();
    await exited;
  }
}
