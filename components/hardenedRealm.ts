import { Realm } from "@pulumi/keycloak/realm.js";
import { RealmEvents } from "@pulumi/keycloak/realmEvents.js";
import * as pulumi from "@pulumi/pulumi";
import { EVENTS_EXPIRATION_SECONDS, standardSsoTemplate } from "./ssoTemplate.ts";

/** The mail server that a realm sends through: links to verify an address and to set a password. */
export interface RealmMail {
  readonly host: string;
  readonly port: number;
  /** `none` sends in plain text; only the sandbox. */
  readonly tls: "starttls" | "none";
  /** Sender. */
  readonly from: string;
  /**
   * Log-in to the server, both or neither.
   *
   * @default none
   */
  readonly user?: string;
  readonly password?: pulumi.Input<string>;
}

/**
 * What a realm's administrators set: languages and looks. An update writes it as the state has it, so that deployments read
 * a realm from Keycloak before they update it (features/delivery/deploy.ts).
 */
export const ADMINISTRATORS_SETTINGS = [
  "accountTheme",
  "adminTheme",
  "displayNameHtml",
  "emailTheme",
  "internationalization",
  "loginTheme",
] as const;

/** What realms differ in. */
export interface HardenedRealmArgs {
  readonly realm: string;
  /** Shown on the login page. */
  readonly displayName: string;
  readonly enabled: boolean;
  /** Marks that say whose it is. */
  readonly attributes: Readonly<Record<string, string>>;
  /** @default none: nobody can verify an address or set a forgotten password by mail */
  readonly mail?: RealmMail | undefined;
  /** Whether plain HTTP is allowed from private addresses; only the sandbox, whose Keycloak has no certificate. */
  readonly allowPlainHttp: boolean;
  /** Protect the realm (its users are data) from deletion. */
  readonly protect: boolean;
}

/** A realm by the single sign-on template, which records log-ins and what its administrators do. */
export function hardenedRealm(name: string, args: HardenedRealmArgs, child: pulumi.CustomResourceOptions): Realm {
  const realm = new Realm(
    name,
    {
      ...standardSsoTemplate,
      ...mailSettings(args.mail, args.displayName),
      realm: args.realm,
      displayName: args.displayName,
      enabled: args.enabled,
      sslRequired: args.allowPlainHttp ? "external" : "all",
      attributes: { ...args.attributes },
    },
    { ...child, protect: args.protect, retainOnDelete: args.protect, ignoreChanges: [...ADMINISTRATORS_SETTINGS] },
  );
  // By its name, which its id is: a preview knows no id of a new realm, and policies could not tell whose what is in it.
  new RealmEvents(
    `${name}-events`,
    {
      realmId: realm.realm,
      eventsEnabled: true,
      eventsExpiration: EVENTS_EXPIRATION_SECONDS,
      adminEventsEnabled: true,
      // Details hold whole representations, secrets among them.
      adminEventsDetailsEnabled: false,
      eventsListeners: ["jboss-logging"],
    },
    child,
  );
  return realm;
}

/** Mail, and what needs it: without it nobody is asked to verify an address, or offered to set a forgotten password. */
function mailSettings(mail: RealmMail | undefined, displayName: string) {
  if (mail === undefined) return { verifyEmail: false, resetPasswordAllowed: false };
  const { host, port, tls, from, user, password } = mail;
  return {
    verifyEmail: true,
    resetPasswordAllowed: true,
    smtpServer: {
      host,
      port: String(port),
      from,
      fromDisplayName: displayName,
      starttls: tls === "starttls",
      ssl: false,
      ...(user === undefined || password === undefined
        ? {}
        : { auth: { username: user, password: pulumi.secret(password) } }),
    },
  };
}
