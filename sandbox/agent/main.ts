// Stands in for what a simulated node cannot do: Odoo's init Jobs, and volumes. Runs in the background; its log is a line
// an event. Started with the path of its kubeconfig; where the variables name an Odoo (pods/ownOdoo.ts), init Jobs are run by
// that, with volumes and logs in the second argument's folder.
import { KubeConfig } from "@kubernetes/client-node";
import { ownOdooOf } from "../pods/ownOdoo.ts";
import { runInitPods } from "./initPods.ts";
import { provideVolumes } from "./volumes.ts";

const [, , path, home] = process.argv;
if (path === undefined || home === undefined) {
  console.error("usage: node sandbox/agent/main.ts <kubeconfig> <folder>");
  process.exit(2);
}
const config = new KubeConfig();
config.loadFromFile(path);
const odoo = ownOdooOf(process.env);
runInitPods(config, odoo === undefined ? undefined : { odoo, home });
provideVolumes(config);
