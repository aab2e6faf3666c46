import type { Field } from "./lib/field.ts";
import { CONSOLE } from "../config/names.ts";
import { isExactHost } from "../config/hosts.ts";
import { type Report, resourcePolicy, strictness } from "./lib/policy.ts";
import { KEYCLOAK } from "./lib/types.ts";
import { isInConsole, mayRelax, stackName } from "./lib/urn.ts";

/** A client gives tokens to its own program only, by the authorization code flow with PKCE (RFC 9700). */
export const clientSecurity = resourcePolicy({
  name: "client-security",
  description:
    "OpenID clients must be confidential, use PKCE and the code flow alone, and redirect to exact https addresses.",
  types: [KEYCLOAK.client],
  options: { requireHttpsRedirects: strictness("Whether http://localhost is refused as a redirect address too.") },
  check({ urn, props }, report, options) {
    // A sandbox's browser reaches the console on this machine.
    const isConsoles = isInConsole(urn) || props.at("clientId").text === CONSOLE;
    const isLocal = isConsoles && mayRelax(stackName(urn));
    const requireHttpsRedirects = options.requireHttpsRedirects && !isLocal;
    const access = props.at("accessType");
    if (!access.mayBe("CONFIDENTIAL")) report(access, `is ${access.shown}, expected "CONFIDENTIAL"`, "Set it so");
    const pkce = props.at("pkceCodeChallengeMethod");
    if (!pkce.mayBe("S256")) report(pkce, `is ${pkce.shown}, expected "S256"`, "Set it so");
    const scope = props.at("fullScopeAllowed");
    if (!scope.mayBe(false)) {
      report(scope, `is ${scope.shown}, expected false`, "Set it so: tokens carry the client's own roles only");
    }
    const redirects = props.at("validRedirectUris");
    if (redirects.empty)
      report(redirects, "is not set", "List the exact addresses: Keycloak's default is the root URL's");
    for (const uri of redirects.items()) checkUri(uri, requireHttpsRedirects, report);
    // "+" stands for the redirect addresses, which are judged above.
    for (const uri of props.at("validPostLogoutRedirectUris").items()) {
      if (!uri.mayBe("+")) checkUri(uri, requireHttpsRedirects, report);
    }
    // Keycloak itself goes there, with a token that ends sessions.
    const backchannel = props.at("backchannelLogoutUrl");
    if (backchannel.present) checkUri(backchannel, requireHttpsRedirects, report);
    for (const origin of props.at("webOrigins").items()) {
      if (!origin.mayBe("+")) checkUri(origin, requireHttpsRedirects, report);
    }
  },
});

function checkUri(field: Field, requireHttps: boolean, report: Report): void {
  // Stryker disable next-line StringLiteral: Stands in for a missing text; no name equals either text, so nothing changes.
  if (!field.known || isExactAddress(field.text ?? "", requireHttps)) return;
  report(
    field,
    `is ${field.shown}, expected an exact address such as https://erp.example.com/auth_oauth/signin`,
    "No wildcard, no plain http, no upper case, no user, query or fragment: what matches gets the tokens",
  );
}

function isExactAddress(text: string, requireHttps: boolean): boolean {
  const url = URL.parse(text);
  if (url === null || /[*\\#?@\s]|\/\.{1,2}(?:\/|$)|%2e|%2f|%5c/i.test(text)) return false;
  // The host as it is written, since parsing would normalize upper case and exotic forms that Keycloak compares as texts.
  const written = /^https?:\/\/([^/:]+)(?::\d{1,5})?(?:\/|$)/.exec(text)?.[1];
  // Stryker disable next-line ConditionalExpression: A host that is missing differs from every host: the other half of the condition refuses it.
  if (written === undefined || written !== url.hostname) return false;
  if (url.protocol === "https:") return isExactHost(written);
  return !requireHttps && (written === "localhost" || written === "127.0.0.1");
}
