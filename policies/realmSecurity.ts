import { seconds } from "./lib/durations.ts";
import type { Field } from "./lib/field.ts";
import { limit, type Report, resourcePolicy, strictness } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";

/** Lifetimes that must be set: Keycloak's own defaults change with its versions. */
const REQUIRED = [
  "accessTokenLifespan",
  "ssoSessionIdleTimeout",
  "ssoSessionMaxLifespan",
  "offlineSessionIdleTimeout",
  "offlineSessionMaxLifespan",
];

/** Lifetimes of what has ingress rules, by the limit that holds for them. */
const TOKENS = ["accessTokenLifespan", "accessCodeLifespan"];
const SESSIONS = [
  "accessCodeLifespanLogin",
  "ssoSessionIdleTimeout",
  "ssoSessionMaxLifespan",
  "offlineSessionIdleTimeout",
  "offlineSessionMaxLifespan",
];

/** Rules that ask for more of a password; those without a value are read back from Keycloak with an empty or undefined one. */
const PASSWORD_RULES = [
  /^(?:length|passwordHistory|digits|lowerCase|upperCase|specialChars)\(\d{1,3}\)$/,
  /^(?:notUsername|notEmail|notContainsUsername)(?:\((?:undefined)?\))?$/,
];

/** What must hold of every realm, whoever's it is. */
export const realmSecurity = resourcePolicy({
  name: "realm-security",
  description: "Every realm must require TLS, lock out guessers, demand good passwords and end sessions in time.",
  types: [KEYCLOAK.realm],
  options: {
    requireTls: strictness("Whether sslRequired must be `all`; false also allows `external`, never `none`."),
    maxLoginFailures: limit(10, "Most failed logins before an account is locked."),
    minPasswordLength: limit(12, "Shortest password that a realm's policy may allow (NIST SP 800-63B, AAL1 has 8)."),
    maxTokenMinutes: limit(15, "Longest life of a token that cannot be revoked, in minutes."),
    maxSessionHours: limit(12, "Longest session, in hours: a working day."),
  },
  check({ props }, report, options) {
    const ssl = props.at("sslRequired");
    // Stryker disable next-line ArrayDeclaration: Allows a value that Keycloak does not have.
    if (!ssl.mayBe("all", ...(options.requireTls ? [] : ["external"]))) {
      report(ssl, `is ${ssl.shown}, expected "all"`, "Set it so: passwords and tokens never travel in plain text");
    }
    checkMail(props, options.requireTls, report);
    checkBruteForce(props.at("securityDefenses"), options.maxLoginFailures, report);
    checkPasswords(props.at("passwordPolicy"), options.minPasswordLength, report);
    checkLifetimes(props, TOKENS, options.maxTokenMinutes * 60, report);
    checkLifetimes(props, SESSIONS, options.maxSessionHours * 3600, report);

    const ends = props.at("offlineSessionMaxLifespanEnabled");
    if (!ends.mayBe(true)) {
      const fix = "Set it so: every realm has clients of Keycloak's own, whose offline tokens would never end";
      report(ends, `is ${ends.shown}, expected true`, fix);
    }
    const reuse = props.at("revokeRefreshToken");
    if (!reuse.mayBe(true))
      report(reuse, `is ${reuse.shown}, expected true`, "A stolen refresh token must work once at most");
  },
});

/** An address is proved by mail, and a forgotten password is set by it: where there is a server, and over TLS alone. */
function checkMail(props: Field, requireTls: boolean, report: Report): void {
  const server = props.at("smtpServer");
  const verify = props.at("verifyEmail");
  const forgotten = props.at("resetPasswordAllowed");
  if (server.missing) {
    if (!forgotten.mayBe(false)) {
      report(
        forgotten,
        `is ${forgotten.shown} without smtpServer, expected false`,
        "Set it so: the mail would never come",
      );
    }
    return;
  }
  if (!verify.mayBe(true)) {
    report(verify, `is ${verify.shown}, expected true`, "Set it so: Odoo refuses an address that is not verified");
  }
  const starttls = server.at("starttls");
  const ssl = server.at("ssl");
  if (requireTls && !starttls.mayBe(true) && !ssl.mayBe(true)) {
    report(starttls, `is ${starttls.shown}, expected true`, "Set it so: mail has links that set passwords");
  }
}

function checkBruteForce(defenses: Field, maxFailures: number, report: Report): void {
  const failures = defenses.at("bruteForceDetection", "maxLoginFailures");
  const allowed = failures.number;
  if (failures.known && (allowed === undefined || allowed < 1 || allowed > maxFailures)) {
    const fix = "Set it as components/ssoTemplate.ts does: without it passwords can be guessed without limit";
    report(failures, `is ${failures.shown}, expected 1 to ${maxFailures}`, fix);
  }
}

function checkPasswords(policy: Field, minLength: number, report: Report): void {
  if (!policy.known) return;
  // Stryker disable next-line Regex: Rules are trimmed after they are split: more spaces change nothing.
  const rules = (policy.text ?? "").split(/\s+and\s+/).map((rule) => rule.trim());
  const names = rules.map((rule) => rule.replace(/\(.*$/, ""));
  const length = /^length\((\d{1,3})\)$/.exec(rules[names.indexOf("length")] ?? "")?.[1];
  if (length === undefined || Number(length) < minLength) {
    report(policy, `is ${policy.shown}, expected length(${minLength}) or longer among its rules`, "Set it so");
  }
  if (!names.includes("notUsername")) {
    report(policy, `is ${policy.shown}, expected notUsername among its rules`, "Set it so");
  }
  const unknown = rules.find((rule) => !PASSWORD_RULES.some((known) => known.test(rule)));
  if (unknown !== undefined) {
    report(
      policy,
      `has the rule "${unknown}", which is not known to the pack`,
      "Remove it, or add it to PASSWORD_RULES in policies/realmSecurity.ts",
    );
  }
  if (new Set(names).size < names.length) {
    report(policy, `is ${policy.shown}, with one rule twice`, "Keep one of the two: Keycloak takes the last");
  }
}

function checkLifetimes(props: Field, keys: readonly string[], limitSeconds: number, report: Report): void {
  for (const key of keys) {
    const field = props.at(key);
    if (!field.known || (field.missing && !REQUIRED.includes(key))) continue;
    const life = field.text === undefined ? undefined : seconds(field.text);
    if (life === undefined || life <= 0 || life > limitSeconds) {
      report(
        field,
        `is ${field.shown}, expected more than 0s and at most ${limitSeconds}s, such as "${limitSeconds}s"`,
        "Set it so",
      );
    }
  }
}
