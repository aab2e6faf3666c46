// The policy pack as a program of its own, for `pulumi --policy-pack policies/pulumi-analyzer-odoo-saas`. Pulumi's runner, which the
// folder's name starts, takes twice its time.
import { flushCompileCache } from "node:module";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import analyzer from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import { endWithParent } from "../../lib/endWithParent.ts";
import { PACK } from "../lib/pack.ts";
import { packService } from "./service.ts";

/** Largest message that is taken, in bytes, as by `@pulumi/policy`: a stack is judged in one. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

endWithParent();
const server = new Server({ "grpc.max_receive_message_length": MESSAGE_BYTES });
server.addService(analyzer.AnalyzerService, packService(PACK));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  // The engine reads the port from the first line.
  console.log(String(port));
  // The engine ends the pack without letting it exit, and with it goes what Node compiled and would keep then.
  flushCompileCache();
});
