import log from "@pulumi/pulumi/log/index.js";
import protobuf from "google-protobuf";

/**
 * Keeps the SDK from sending its debug messages to the engine, for a program that imports this first. The SDK sends three
 * to five for each resource, one after the other, with the whole answer as text, and the engine shows them under `--debug`
 * alone. Leave the import out to see them there.
 */
Reflect.set(log, "debug", () => Promise.resolve());
// The SDK writes a message as text before it passes it on.
Reflect.defineProperty(protobuf.Message.prototype, "toString", {
  value: () => "[message]",
  configurable: true,
  writable: true,
});
