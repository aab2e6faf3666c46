import type { Field } from "./lib/field.ts";
import { containers, podTemplate, WORKLOADS } from "./lib/pods.ts";
import { type Report, resourcePolicy } from "./lib/policy.ts";
import { GITHUB, K8S } from "./lib/types.ts";

/** Names of environment variables that hold a secret itself; `…_FILE` holds a path and is fine. */
const SECRET_NAME = /(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY)$/i;

/** Odoo's options that hold a password: on a command line, a shell's in one text too, or as a line of odoo.conf. */
const SECRET_OPTION =
  /^\s*(?:--)?(?:db[_-]password|admin[_-]passwd)\s*(?:=|$)|\s--(?:db[_-]password|admin[_-]passwd)[\s=]/m;

/** A private key, or credentials inside an address. */
const SECRET_VALUE = /-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^\s/:@]+:[^\s/:@$]+@/;

/** Whoever may list pods reads what stands in them in plain text; secrets come by reference to a Secret. */
export const noLiteralSecrets = resourcePolicy({
  name: "no-literal-secrets",
  description: "Passwords and keys must come from a Secret, not stand in a pod, a ConfigMap or a variable of Actions.",
  types: [...WORKLOADS, K8S.configMap, GITHUB.variable],
  check({ type, props }, report) {
    if (type === K8S.configMap) {
      for (const [, value] of props.at("data").entries()) refuseSecretText(value, report);
      return;
    }
    if (type === GITHUB.variable) {
      const name = props.at("variableName");
      // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
      if (SECRET_NAME.test(name.text ?? "")) {
        report(name, `is ${name.shown}, a secret by its name`, "Make it a secret of the repository, docs/github.md");
      }
      refuseSecretText(props.at("value"), report);
      return;
    }
    for (const container of containers(podTemplate(type, props).at("spec"))) {
      for (const variable of container.at("env").items()) {
        const value = variable.at("value");
        // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
        if (SECRET_NAME.test(variable.at("name").text ?? "") && !value.mayBe(undefined, "")) {
          report(value, "is the secret itself", "Use valueFrom.secretKeyRef, or a file mounted from a Secret");
        } else refuseSecretText(value, report);
      }
      for (const word of [...container.at("command").items(), ...container.at("args").items()]) {
        refuseSecretText(word, report);
      }
    }
  },
});

function refuseSecretText(field: Field, report: Report): void {
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  const text = field.text ?? "";
  if (SECRET_OPTION.test(text) || SECRET_VALUE.test(text)) {
    report(field, "holds a password or a private key", "Put it into the Secret that odoo.conf is mounted from");
  }
}
