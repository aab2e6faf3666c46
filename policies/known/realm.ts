import { REALM_ENVIRONMENT_ATTRIBUTE, REALM_TENANT_ATTRIBUTE } from "../../config/names.ts";
import { HARMLESS, judgedBy, only, Part, whole } from "../lib/known.ts";

const SECURITY = judgedBy("realm-security");
const DAY = 86400;

/** A realm's settings. Flows, scopes, one-time passwords and everything else that is not named are Keycloak's defaults. */
export const REALM = new Part("policies/known/realm.ts", {
  realm: judgedBy("realm-per-tenant"),
  enabled: judgedBy("tenant-lifecycle"),
  attributes: { [REALM_TENANT_ATTRIBUTE]: HARMLESS, [REALM_ENVIRONMENT_ATTRIBUTE]: HARMLESS },

  sslRequired: SECURITY,
  registrationAllowed: only(false),
  rememberMe: only(false),
  loginWithEmailAllowed: only(true),
  duplicateEmailsAllowed: only(false),
  editUsernameAllowed: only(false),
  verifyEmail: SECURITY,
  resetPasswordAllowed: SECURITY,
  passwordPolicy: SECURITY,

  defaultSignatureAlgorithm: only("RS256"),
  accessCodeLifespan: SECURITY,
  accessCodeLifespanLogin: SECURITY,
  accessTokenLifespan: SECURITY,
  ssoSessionIdleTimeout: SECURITY,
  ssoSessionMaxLifespan: SECURITY,
  offlineSessionIdleTimeout: SECURITY,
  offlineSessionMaxLifespan: SECURITY,
  offlineSessionMaxLifespanEnabled: SECURITY,
  revokeRefreshToken: SECURITY,
  refreshTokenMaxReuse: only(0),

  securityDefenses: {
    bruteForceDetection: {
      maxLoginFailures: SECURITY,
      permanentLockout: only(false),
      waitIncrementSeconds: whole(60, DAY),
      minimumQuickLoginWaitSeconds: whole(60, DAY),
      maxFailureWaitSeconds: whole(900, DAY),
      failureResetTimeSeconds: whole(DAY / 2, 7 * DAY),
      quickLoginCheckMilliSeconds: whole(1000, 60_000),
    },
    headers: {
      contentSecurityPolicy: only("frame-src 'self'; frame-ancestors 'self'; object-src 'none';"),
      contentSecurityPolicyReportOnly: only(""),
      referrerPolicy: only("no-referrer"),
      strictTransportSecurity: only("max-age=31536000; includeSubDomains"),
      xContentTypeOptions: only("nosniff"),
      xFrameOptions: only("SAMEORIGIN", "DENY"),
      xRobotsTag: only("none"),
      xXssProtection: only("1; mode=block"),
    },
  },

  smtpServer: {
    host: judgedBy("stack-settings"),
    port: HARMLESS,
    from: HARMLESS,
    fromDisplayName: HARMLESS,
    ssl: SECURITY,
    starttls: SECURITY,
    auth: { username: HARMLESS, password: HARMLESS },
  },

  // What the realm's administrators choose: an update writes it as they have it.
  displayName: HARMLESS,
  displayNameHtml: HARMLESS,
  accountTheme: HARMLESS,
  adminTheme: HARMLESS,
  emailTheme: HARMLESS,
  loginTheme: HARMLESS,
  internationalization: { defaultLocale: HARMLESS, supportedLocales: [HARMLESS] },
});
