import assert from "node:assert/strict";
import { promisify } from "node:util";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import analyzer from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import rpc from "@pulumi/pulumi/runtime/rpc.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { operation } from "../../policies/lib/operation.ts";
import { unpackProperties } from "../../policies/server/properties.ts";
import { type Pack, packService } from "../../policies/server/service.ts";
import { SECRET, SIGNATURE } from "../../lib/pulumiMarks.ts";

type Policies = Pack["policies"];

/** Asks a pack of some policies by the wire about a resource. */
async function asked(policies: Policies, props: Record<string, struct.JavaScriptValue> = {}) {
  const service = packService({
    name: "p",
    version: "1.0.0",
    description: "",
    enforcementLevel: "mandatory",
    policies,
  });
  const server = new Server();
  server.addService(analyzer.AnalyzerService, service);
  const port = await promisify<string, ServerCredentials, number>(server.bindAsync.bind(server))(
    "127.0.0.1:0",
    ServerCredentials.createInsecure(),
  );
  const client = new analyzer.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    const request = new messages.AnalyzeRequest()
      .setUrn("urn:pulumi:prod::p::a:b:C::c")
      .setProperties(struct.Struct.fromJavaScript(props))
      .setOptions(new messages.AnalyzerResourceOptions());
    const analyze = promisify<messages.AnalyzeRequest, messages.AnalyzeResponse>(client.analyze.bind(client));
    return (await analyze(request)).toObject();
  } finally {
    client.close();
    server.forceShutdown();
  }
}

const policy = { name: "one", description: "One." };

describe("the pack's server", () => {
  it("fails the operation when a policy fails, at once or later", async () => {
    const crash = new Error("crashed");
    const later = () => Promise.reject(crash);
    const now = () => {
      throw crash;
    };
    for (const validateResource of [now, later]) {
      await assert.rejects(
        asked([{ ...policy, validateResource }]),
        /UNKNOWN: Error validating resource with policy 'one' from policy pack 'p@v1\.0\.0':\nError: crashed/,
      );
    }
  });

  it("warns where a policy touches what is not known yet, and lets one say that it does not apply", async () => {
    const touch = {
      ...policy,
      validateResource({ props }: { props: Record<string, unknown> }) {
        assert.equal(props["a"], undefined);
      },
    };
    const { diagnosticsList } = await asked([touch], { a: rpc.unknownValue });
    assert.deepEqual(
      diagnosticsList.map(({ message, enforcementlevel }) => [message.slice(0, 56), enforcementlevel]),
      [["can't run policy 'one' from policy pack 'p@v1.0.0' durin", messages.EnforcementLevel.ADVISORY]],
    );
    const skip = {
      ...policy,
      validateResource: (args: { notApplicable(reason: string): never }) => args.notApplicable("x"),
    };
    assert.deepEqual((await asked([skip])).notApplicableList, [{ policyName: "one", reason: "x" }]);
  });

  it("hosts no remediations, which it would leave out", () => {
    const policies = [{ ...policy, validateResource: () => undefined, remediateResource: () => undefined }];
    assert.throws(
      () => packService({ name: "p", version: "1.0.0", description: "", enforcementLevel: "mandatory", policies }),
      /one has remediations/,
    );
  });

  it("takes everything for an update until the engine says otherwise", () => assert.equal(operation.isPreview, false));

  it("unpacks secrets by the SDK's marks, and refuses marks that nobody knows", () => {
    assert.deepEqual([SIGNATURE, SECRET], [rpc.specialSigKey, rpc.specialSecretSig]);
    const wire = (value: struct.JavaScriptValue) => unpackProperties(struct.Struct.fromJavaScript({ value }));
    assert.deepEqual(wire([{ [SIGNATURE]: SECRET, value: { a: 1 } }]), { value: [{ a: 1 }] });
    assert.throws(() => wire({ [SIGNATURE]: "other" }), /Unrecognized signature 'other'/);
    assert.throws(() => unpackProperties(undefined), /without properties/);
  });
});
