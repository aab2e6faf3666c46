import { clientSecurity } from "../../policies/clientSecurity.ts";
import { set } from "./support/fixtures.ts";
import { describePolicy, wrong } from "./support/describePolicy.ts";

const CLIENT = "acme-realm-client";

const REDIRECT = "validRedirectUris.0";
const EXACT = /expected an exact address/;

describePolicy(clientSecurity, {
  breaches: [
    wrong(CLIENT, "accessType", "PUBLIC"),
    wrong(CLIENT, "accessType", "BEARER-ONLY"),
    wrong(CLIENT, "accessType", undefined),
    wrong(CLIENT, "pkceCodeChallengeMethod", "plain"),
    wrong(CLIENT, "pkceCodeChallengeMethod", ""),
    wrong(CLIENT, "pkceCodeChallengeMethod", undefined),
    wrong(CLIENT, "fullScopeAllowed", true),
    wrong(CLIENT, "fullScopeAllowed", undefined),
    wrong(CLIENT, "validRedirectUris", undefined, /is not set/),
    wrong(CLIENT, "validRedirectUris", [], /is not set/),
    ...[
      "*",
      "https://*",
      "https://*.example.com/x",
      "https://acme.erp.example.com/*",
      "https://acme.erp.example.com*",
      "http://acme.erp.example.com/auth_oauth/signin",
      "http://localhost:8069/auth_oauth/signin",
      "HTTPS://acme.erp.example.com/x",
      "https://ACME.erp.example.com/x",
      "https://acme.erp.example.com./x",
      "https://acme.erp.example.com@evil.example/x",
      "https://acme.erp.example.com\\@evil.example/x",
      "https://acme.erp.example.com/x?next=y",
      "https://acme.erp.example.com/x#y",
      "https://acme.erp.example.com/x/../y",
      "https://acme.erp.example.com/%2e%2e/y",
      "https://acme.erp.example.com/x/..",
      "https://acme.erp.example.com/a b",
      "https://acme.erp.example.com:99999/x",
      "https://127.1/x",
      "https://0x7f.1/x",
      "https://1.2.3.4/x",
      "https://[::1]/x",
      "https://localhost/x",
      "https:/acme.erp.example.com/x",
      "//acme.erp.example.com/x",
      "/auth_oauth/signin",
      "javascript:alert(1)",
      "+",
      "",
    ].map((uri) => wrong(CLIENT, REDIRECT, uri, EXACT)),
    wrong(CLIENT, "validPostLogoutRedirectUris.0", "https://acme.erp.example.com/*", EXACT),
    wrong(CLIENT, "webOrigins.0", "*", EXACT),
    [
      "a second redirect address",
      set(CLIENT, "validRedirectUris.1", "https://*.example.com/"),
      CLIENT,
      /validRedirectUris\[1\] is "https:\/\/\*/,
    ],
  ],
  tolerated: [
    ["an address with a port", set(CLIENT, REDIRECT, "https://acme.erp.example.com:8443/auth_oauth/signin")],
    ["an address without a path", set(CLIENT, "webOrigins.0", "https://acme.erp.example.com")],
    ["the redirect addresses after logout", set(CLIENT, "validPostLogoutRedirectUris", ["+"])],
  ],
  guarded: [
    [CLIENT, "accessType"],
    [CLIENT, "pkceCodeChallengeMethod"],
    [CLIENT, "fullScopeAllowed"],
    [CLIENT, "validRedirectUris"],
    [CLIENT, REDIRECT],
    [CLIENT, "webOrigins.0"],
  ],
});

const LOCAL = "http://localhost:8069/auth_oauth/signin";
describePolicy(clientSecurity, {
  stack: "sandbox",
  config: { requireHttpsRedirects: false },
  breaches: [
    wrong(CLIENT, REDIRECT, "http://acme.erp.example.com/x", EXACT),
    wrong(CLIENT, REDIRECT, "http://localhost.evil.example/x", EXACT),
    wrong(CLIENT, REDIRECT, "odoohttp://localhost/x", EXACT),
    wrong(CLIENT, REDIRECT, 8069, EXACT),
  ],
  tolerated: [
    ["this machine", set(CLIENT, REDIRECT, LOCAL)],
    ["this machine by address", set(CLIENT, REDIRECT, "http://127.0.0.1:8069/x")],
  ],
  guarded: [],
});
describePolicy(clientSecurity, {
  stack: "staging-eu",
  config: { requireHttpsRedirects: false },
  breaches: [wrong(CLIENT, REDIRECT, LOCAL, EXACT)],
  guarded: [],
});
