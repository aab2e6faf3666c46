import type { RealmArgs } from "@pulumi/keycloak";

/**
 * What every realm has in common, whoever its tenant is. Lifespans are Go durations, as the Keycloak provider takes them.
 *
 * - Brute force: five failures lock an account for a minute at a time, up to fifteen (OWASP Authentication Cheat Sheet;
 *   Keycloak's own default is thirty failures).
 * - Password policy: length before composition, not the user's name or address, and a slow hash (NIST SP 800-63B).
 * - Tokens: an access token cannot be revoked, so it lives minutes; a session ends with the working day. So does an offline one: no client
 *   of ours begins any, but Keycloak's own clients of a realm do (`admin-cli`), without an end by default.
 */
export const standardSsoTemplate = {
  registrationAllowed: false,
  rememberMe: false,
  loginWithEmailAllowed: true,
  duplicateEmailsAllowed: false,
  editUsernameAllowed: false,
  defaultSignatureAlgorithm: "RS256",
  accessTokenLifespan: "5m0s",
  accessCodeLifespan: "1m0s",
  accessCodeLifespanLogin: "30m0s",
  ssoSessionIdleTimeout: "30m0s",
  ssoSessionMaxLifespan: "10h0m0s",
  offlineSessionIdleTimeout: "30m0s",
  offlineSessionMaxLifespanEnabled: true,
  offlineSessionMaxLifespan: "10h0m0s",
  revokeRefreshToken: true,
  refreshTokenMaxReuse: 0,
  passwordPolicy: "length(12) and notUsername and notEmail and passwordHistory(5)",
  securityDefenses: {
    bruteForceDetection: {
      permanentLockout: false,
      maxLoginFailures: 5,
      waitIncrementSeconds: 60,
      quickLoginCheckMilliSeconds: 1000,
      minimumQuickLoginWaitSeconds: 60,
      maxFailureWaitSeconds: 900,
      failureResetTimeSeconds: 43200,
    },
    headers: {
      contentSecurityPolicy: "frame-src 'self'; frame-ancestors 'self'; object-src 'none';",
      contentSecurityPolicyReportOnly: "",
      referrerPolicy: "no-referrer",
      strictTransportSecurity: "max-age=31536000; includeSubDomains",
      xContentTypeOptions: "nosniff",
      xFrameOptions: "SAMEORIGIN",
      xRobotsTag: "none",
      xXssProtection: "1; mode=block",
    },
  },
} as const satisfies Omit<RealmArgs, "realm">;

/** How long login and admin events are kept, in seconds: 90 days, a quarter's audit. */
export const EVENTS_EXPIRATION_SECONDS = 90 * 24 * 3600;
