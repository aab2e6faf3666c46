import { isHttpsUrl } from "./addresses.ts";
import { internetNameFault } from "./hosts.ts";
import type { HostFault, PlatformNames } from "./hosts.ts";
import { isRegistrable } from "./publicSuffixes.ts";

/** What an address of an identity provider is, for messages. */
export const IDENTITY_PROVIDER_ADDRESS =
  'an https address on the internet, at port 443, such as "https://login.example.com/realms/acme"';

/**
 * Why Keycloak must not be sent to an address in a company's name: not https, an IP address, a name of one label, of a cluster or of a private
 * network, a public suffix, another port than 443. Undefined: it may be one of an identity provider. What a name leads to is not looked up: it
 * can change at any time (docs/security.md says what Keycloak's host may reach).
 */
export function identityProviderFault(address: string): HostFault | undefined {
  const expected = IDENTITY_PROVIDER_ADDRESS;
  const url = URL.parse(address);
  if (url === null || !isHttpsUrl(address)) return { wrong: "which is not a plain https address", expected };
  if (url.port !== "") return { wrong: `which has port ${url.port}`, expected };
  const fault = internetNameFault(url.hostname);
  if (fault !== undefined)
    return { wrong: `whose host is ${fault.wrong.replace(/^(?:which is|which) /, "")}`, expected };
  if (!isRegistrable(url.hostname))
    return { wrong: "whose host is below no suffix that names are registered in", expected };
  return undefined;
}

/** Why an address cannot be that of a company's identity provider, by what the stacks' settings name: it would be a server of the platform's. */
export function platformProviderFault(address: string, names: PlatformNames): HostFault | undefined {
  return names.fault(URL.parse(address)?.hostname ?? "");
}
