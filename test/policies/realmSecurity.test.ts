import { realmSecurity } from "../../policies/realmSecurity.ts";
import { both, set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const REALM = "acme-realm-realm";

describePolicy(realmSecurity, {
  breaches: [
    wrong(REALM, "sslRequired", "none"),
    wrong(REALM, "sslRequired", "external"),
    wrong(REALM, "sslRequired", "NONE"),
    wrong(REALM, "sslRequired", undefined),
    wrong(REALM, "revokeRefreshToken", false),
    wrong(REALM, "revokeRefreshToken", undefined),
    wrong(REALM, "verifyEmail", false, /expected true/),
    wrong(REALM, "verifyEmail", undefined, /expected true/),
    wrong(REALM, "smtpServer.starttls", false, /expected true/),
    wrong(REALM, "smtpServer.starttls", undefined, /expected true/),
    [
      "mail that never comes",
      set(REALM, "smtpServer", undefined),
      REALM,
      /resetPasswordAllowed is true without smtpServer/,
    ],
    wrong(REALM, "securityDefenses", undefined, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection", undefined, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection", {}, /is not set/),
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 11, /expected 1 to 10/),
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 0, /expected 1 to 10/),
    [
      "defenses that leave the number of failures to Keycloak",
      set(REALM, "securityDefenses.bruteForceDetection", { permanentLockout: true }),
      REALM,
      /maxLoginFailures is not set/,
    ],
    wrong(REALM, "passwordPolicy", undefined, /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "length(11) and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "maxLength(64) and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "xlength(64) and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "length(64)x and notUsername", /expected length\(12\)/),
    wrong(REALM, "passwordPolicy", "length(12)", /expected notUsername/),
    wrong(REALM, "passwordPolicy", "length(12) and notUsername and length(1)", /with one rule twice/),
    wrong(REALM, "passwordPolicy", "length(1) and notUsername and length(12)", /expected length\(12\)/),
    ...["maxLength(12)", "hashIterations(1)", "hashAlgorithm(pbkdf2)", "forceExpiredPasswordChange(9999)", "and"].map(
      (rule) => wrong(REALM, "passwordPolicy", `length(12) and notUsername and ${rule}`, /has the rule/),
    ),
    wrong(REALM, "passwordPolicy", "length(12) and xnotUsername", /expected notUsername/),
    wrong(REALM, "passwordPolicy", "length(12) and notUsernames", /expected notUsername/),
    wrong(REALM, "offlineSessionMaxLifespanEnabled", false, /expected true/),
    wrong(REALM, "offlineSessionMaxLifespanEnabled", undefined, /expected true/),
    ...[
      "accessTokenLifespan",
      "ssoSessionIdleTimeout",
      "ssoSessionMaxLifespan",
      "offlineSessionIdleTimeout",
      "offlineSessionMaxLifespan",
    ].flatMap((key) => [
      wrong(REALM, key, undefined, /is not set/),
      wrong(REALM, key, "12h0m1s", /at most/),
      wrong(REALM, key, "soon", /expected more than/),
      wrong(REALM, key, "0s", /expected more than/),
      wrong(REALM, key, "5m junk", /expected more than/),
    ]),
    wrong(REALM, "accessTokenLifespan", "15m1s", /at most 900s/),
    wrong(REALM, "accessCodeLifespan", "16m", /at most 900s/),
    wrong(REALM, "accessCodeLifespanLogin", "13h", /at most 43200s/),
  ],
  tolerated: [
    ["the longest lives that are allowed", set(REALM, "accessTokenLifespan", "15m")],
    ["a session of a working day", set(REALM, "ssoSessionMaxLifespan", "12h")],
    ["seconds and fractions", set(REALM, "accessTokenLifespan", "1m30.5s500ms")],
    ["longer passwords", set(REALM, "passwordPolicy", "notUsername(undefined) and length(16)")],
    ["spaces around the rules", set(REALM, "passwordPolicy", " length(12) and upperCase(1) and notUsername ")],
    ["spaces around the other rule", set(REALM, "passwordPolicy", " notUsername and length(12) ")],
    ["as few failures as possible", set(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 1)],
    [
      "mail with TLS from its first byte",
      both(set(REALM, "smtpServer.starttls", false), set(REALM, "smtpServer.ssl", true)),
    ],
    [
      "no mail, and nothing that needs it",
      both(
        set(REALM, "smtpServer", undefined),
        both(set(REALM, "verifyEmail", false), set(REALM, "resetPasswordAllowed", false)),
      ),
    ],
  ],
  guarded: [
    [REALM, "sslRequired"],
    [REALM, "revokeRefreshToken"],
    [REALM, "verifyEmail"],
    [REALM, "smtpServer"],
    [REALM, "smtpServer.starttls"],
    [REALM, "resetPasswordAllowed"],
    [REALM, "securityDefenses"],
    [REALM, "securityDefenses.bruteForceDetection"],
    [REALM, "securityDefenses.bruteForceDetection.maxLoginFailures"],
    [REALM, "passwordPolicy"],
    [REALM, "accessTokenLifespan"],
    [REALM, "ssoSessionMaxLifespan"],
  ],
});

describePolicy(realmSecurity, {
  stack: "sandbox",
  config: { requireTls: false, maxLoginFailures: 5, minPasswordLength: 12, maxTokenMinutes: 5, maxSessionHours: 10 },
  breaches: [
    wrong(REALM, "securityDefenses.bruteForceDetection.maxLoginFailures", 6, /expected 1 to 5/),
    wrong(REALM, "passwordPolicy", "length(11) and notUsername", /expected length\(12\)/),
    wrong(REALM, "accessTokenLifespan", "5m1s", /at most 300s/),
    wrong(REALM, "ssoSessionMaxLifespan", "10h1s", /at most 36000s/),
  ],
  guarded: [],
});
describePolicy(realmSecurity, {
  stack: "sandbox",
  config: { requireTls: false },
  breaches: [wrong(REALM, "sslRequired", "none")],
  tolerated: [
    ["a realm without TLS on private addresses", set(REALM, "sslRequired", "external")],
    ["mail without TLS", set(REALM, "smtpServer.starttls", false)],
  ],
  guarded: [],
});
describePolicy(realmSecurity, {
  stack: "prod",
  config: { requireTls: false },
  breaches: [wrong(REALM, "sslRequired", "external")],
  guarded: [],
});
