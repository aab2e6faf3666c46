import messages from "@pulumi/pulumi/proto/analyzer_pb.js";

/** What the engine does with what it shows; tests set it. */
export const operation = {
  /** Whether nothing will be done of it. False until the engine has said so. */
  // Stryker disable next-line BooleanLiteral: How the library asks for the operation: test/policies/pack.test.ts and the previews of test/e2e have it asked for in the pack of another process.
  isPreview: false,
};

/**
 * Notes whether the engine only previews, which it tells the pack at its start and `@pulumi/policy` 1.21 tells nobody: it asks
 * that message for the stack's tags and nothing else. Not an environment variable, which a person could set as well. Where the
 * library asks no more, everything is taken for an update, and is judged as strictly.
 */
export function noteOperation(): void {
  const { prototype } = messages.AnalyzerStackConfigureRequest;
  const tags = Object.getOwnPropertyDescriptor(prototype, "getTagsMap");
  // Stryker disable next-line OptionalChaining: How the library asks for the operation: test/policies/pack.test.ts and the previews of test/e2e have it asked for in the pack of another process.
  const read: unknown = tags?.value;
  // Stryker disable next-line ConditionalExpression: How the library asks for the operation: test/policies/pack.test.ts and the previews of test/e2e have it asked for in the pack of another process.
  if (typeof read !== "function") return;
  Object.defineProperty(prototype, "getTagsMap", {
    ...tags,
    value(this: messages.AnalyzerStackConfigureRequest, ...args: unknown[]): unknown {
      operation.isPreview = this.getDryRun();
      return Reflect.apply(read, this, args);
    },
  });
}
