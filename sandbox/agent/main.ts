// Stands in for what a simulated node cannot do: Odoo's init Jobs, and volumes. Runs in the background; its log is a line
// an event. Started with the path of its kubeconfig.
import { KubeConfig } from "@kubernetes/client-node";
import { runInitPods } from "./initPods.ts";
import { provideVolumes } from "./volumes.ts";

const [, , path] = process.argv;
if (path === undefined) {
  console.error("usage: node sandbox/agent/main.ts <kubeconfig>");
  process.exit(2);
}
const config = new KubeConfig();
config.loadFromFile(path);
runInitPods(config);
provideVolumes(config);
