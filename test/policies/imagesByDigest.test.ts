import { imagesByDigest } from "../../policies/imagesByDigest.ts";
import { set } from "./support/fixtures.ts";
import { type Breach, describePolicy } from "./support/describePolicy.ts";
import { IMAGE } from "./support/kubernetesFixtures.ts";

const DIGEST = IMAGE.split("@")[1] ?? "";
const IN_WEB = "spec.template.spec.containers.0.image";

function image(value: unknown): Breach {
  return [
    `image ${JSON.stringify(value) || "missing"}`,
    set("acme-web", IN_WEB, value),
    "acme-web",
    /containers\[0\]\.image is .*expected repository@sha256/,
  ];
}

describePolicy(imagesByDigest, {
  breaches: [
    image("odoo"),
    image("odoo:18.0"),
    image("registry.example.com:5000/odoo:latest"),
    image("odoo:18.0@sha256"),
    image("odoo@sha256:"),
    image(`odoo@sha256:${"a".repeat(63)}`),
    image(`odoo@sha256:${"a".repeat(65)}`),
    image(`odoo@sha256:${"A".repeat(64)}`),
    image(`odoo@sha256:${"g".repeat(64)}`),
    image(`odoo@sha512:${"a".repeat(64)}`),
    image(`odoo@md5:${"a".repeat(64)}`),
    image(`${IMAGE} `),
    image(`${IMAGE}\nodoo:18.0`),
    image(`@${DIGEST}`),
    image(` ${IMAGE}`),
    image(`-${IMAGE}`),
    image(undefined),
    image(""),
    image(18),
    [
      "a tag in an init container",
      set("acme-web", "spec.template.spec.initContainers.0.image", "odoo:18.0"),
      "acme-web",
      /initContainers\[0\]\.image/,
    ],
    [
      "a tag in an ephemeral container",
      set("acme-web", "spec.template.spec.ephemeralContainers", [{ image: "busybox" }]),
      "acme-web",
      /ephemeralContainers\[0\]\.image/,
    ],
    [
      "a tag in a second container",
      set("acme-web", "spec.template.spec.containers.1", { image: "proxy:1" }),
      "acme-web",
      /containers\[1\]\.image/,
    ],
    ["a tag in a Job", set("acme-init", IN_WEB, "odoo:18.0"), "acme-init", /spec\.template\.spec\.containers\[0\]/],
    [
      "a tag in a CronJob",
      set("acme-backup", `spec.jobTemplate.${IN_WEB}`, "odoo:18.0"),
      "acme-backup",
      /spec\.jobTemplate\.spec\.template\.spec\.containers\[0\]/,
    ],
  ],
  tolerated: [
    ["a tag beside the digest", set("acme-web", IN_WEB, `registry.example.com/odoo:18.0@${DIGEST}`)],
    ["a registry with a port", set("acme-web", IN_WEB, `registry.example.com:5000/group/odoo@${DIGEST}`)],
  ],
  guarded: [
    ["acme-web", IN_WEB],
    ["acme-web", "spec.template"],
    ["acme-web", "spec.template.spec.containers"],
    ["acme-web", "spec.template.spec.containers.0"],
  ],
});
