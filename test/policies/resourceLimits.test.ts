import { resourceLimits } from "../../policies/resourceLimits.ts";
import { inContainers, SPEC } from "./support/containers.ts";
import { set } from "./support/fixtures.ts";
import { describePolicy } from "./support/describePolicy.ts";

describePolicy(resourceLimits, {
  breaches: [
    ...["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].flatMap((which) => [
      ...inContainers(`resources.${which}`, undefined, new RegExp(`resources\\.${which} is not set`)),
      ...inContainers(`resources.${which}`, "0", new RegExp(`resources\\.${which} is "0"`)),
      ...inContainers(`resources.${which}`, "", new RegExp(`resources\\.${which} is ""`)),
      ...inContainers(`resources.${which}`, 0, new RegExp(`resources\\.${which} is 0`)),
    ]),
    ...inContainers("resources", undefined, /resources\.limits\.memory is not set/),
    ...inContainers("resources.limits", {}, /resources\.limits\.cpu is not set/),
  ],
  tolerated: [
    ["a processor as a number", set("acme-web", `${SPEC}.containers.0.resources.limits.cpu`, 2)],
    ["an ephemeral container without", set("acme-web", `${SPEC}.ephemeralContainers`, [{ name: "debug" }])],
  ],
  guarded: [
    ["acme-web", `${SPEC}.containers.0.resources`],
    ["acme-web", `${SPEC}.containers.0.resources.limits.memory`],
  ],
});
