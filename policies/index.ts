import { PolicyPack } from "@pulumi/policy";
import { PACK } from "./lib/pack.ts";

// For Pulumi's own runner. It does not pass on whether the engine only previews, so that previews are judged as updates.
new PolicyPack(PACK.name, PACK);
