/**
 * What stands in serialised values for what JSON has no form for. It never changes: `sdk/go/common/resource/sig`,
 * `sdk/go/common/resource/plugin/rpc.go` and `sdk/nodejs/runtime/rpc.ts` of pulumi/pulumi.
 */

/** The key that says what an object stands for. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Value of {@link SIGNATURE} for a secret. */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** Stands for a text, or any value of the provider protocol, that is not known before the update. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
