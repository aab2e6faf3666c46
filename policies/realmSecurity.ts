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

/** Lifetimes of what lets somebody in, by the limit that holds for them. */
const TOKENS = ["accessTokenLifespan", "accessTokenLifespanForImplicitFlow", "accessCodeLifespan"];
const SESSIONS = [
  "ssoSessionIdleTimeout",
  "ssoSessionMaxLifespan",
  "ssoSessionIdleTimeoutRememberMe",
  "ssoSessionMaxLifespanRememberMe",
  "clientSessionIdleTimeout",
  "clientSessionMaxLifespan",
  "offlineSessionIdleTimeout",
  "offlineSessionMaxLifespan",
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
      const mend = "Set it so: every realm has clients of Keycloak's own, whose offline tokens would never end";
      report(ends, `is ${ends.shown}, expected true`, mend);
    }
    const reuse = props.at("revokeRefreshToken");
    if (!reuse.mayBe(true))
      report(reuse, `is ${reuse.shown}, expected true`, "A stolen refresh token must work once at most");
    const registration = props.at("registrationAllowed");
    if (!registration.mayBe(undefined, false)) {
      report(registration, "lets anybody make an account in the tenant's realm", "Set it to false");
    }
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
    report(verify, `is ${verify.shown}, expected true`, "Set it so: Odoo lets in nobody whose address is not verified");
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
    const mend = "Set it as components/ssoTemplate.ts does: without it passwords can be guessed for ever";
    report(failures, `is ${failures.shown}, expected 1 to ${maxFailures}`, mend);
  }
}

function checkPasswords(policy: Field, minLength: number, report: Report): void {
  if (!policy.known) return;
  const rules = (policy.text ?? "").split(/\s+and\s+/);
  const length = rules.map((rule) => /^length\((\d+)\)$/.exec(rule.trim())?.[1]).find((digits) => digits !== undefined);
  if (length === undefined || Number(length) < minLength) {
    report(policy, `is ${policy.shown}, expected length(${minLength}) or longer among its rules`, "Set it so");
  }
  if (!rules.some((rule) => /^notUsername(?:\(.*\))?$/.test(rule.trim()))) {
    report(policy, `is ${policy.shown}, expected notUsername among its rules`, "Set it so");
  }
}

function checkLifetimes(props: Field, keys: readonly string[], limitSeconds: number, report: Report): void {
  for (const key of keys) {
    const field = props.at(key);
    if (!field.known || (field.missing && !REQUIRED.includes(key))) continue;
    const life = field.text === undefined ? undefined : seconds(field.text);
    // Zero means "as the realm's other limits say" for client sessions.
    if (life === 0 && key.startsWith("client")) continue;
    if (life === undefined || life <= 0 || life > limitSeconds) {
      report(
        field,
        `is ${field.shown}, expected more than 0s and at most ${limitSeconds}s, such as "${limitSeconds}s"`,
        "Set it so",
      );
    }
  }
}
