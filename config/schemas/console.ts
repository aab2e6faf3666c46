import { z } from "zod";
import { STAFF_ROLES } from "../names.ts";
import { githubLogin } from "./approvers.ts";
import { email, expecting, HOST, httpsUrl, integer, list, mapping, oneOf, singleLine, text } from "./common.ts";
import { baseUrl, cidrs } from "./network.ts";
import { imageSchema } from "./release.ts";

/** Keycloak keeps user names in lower case, and GitHub does not tell one case from the other. */
const login = githubLogin.regex(
  /^[a-z0-9-]+$/,
  expecting('a GitHub login in lower case such as "jo-santos": Keycloak has it as the user name'),
);

const person = mapping({
  name: singleLine("a person's name").describe(
    "First and last name; the last word is the last name. A name of one word is completed by the person at the first log-in.",
  ),
  email: email.describe("Mail address."),
  roles: list(oneOf(STAFF_ROLES), `a list of ${STAFF_ROLES.join(", ")}`)
    .min(1, { error: "is empty, expected at least one role: without one the console shows nothing" })
    .describe(`What the person may do: ${STAFF_ROLES.join(", ")}.`),
});

const staff = z
  .record(login, person, expecting("a mapping from GitHub logins to people"))
  .superRefine((people, context) => {
    const owners = new Map<string, string>();
    for (const [name, { email: address }] of Object.entries(people)) {
      const owner = owners.get(address.toLowerCase());
      if (owner !== undefined) {
        const message = `is the address of ${owner} too, expected one address per person: people log in by it`;
        context.addIssue({ code: "custom", path: [name, "email"], message });
      }
      owners.set(address.toLowerCase(), name);
    }
  });

const color = text(/^#[0-9a-f]{6}$/, 'a color such as "#1f6feb"');

const brand = mapping({
  name: singleLine("a product's name", 60).default("Odoo platform").describe('Name in titles. Default "Odoo platform".'),
  logo: text(/^(?:https:\/\/[!-~]+|\/[\w./-]+)$/, 'a path such as "/brand/logo.svg" or an https address')
    .exactOptional()
    .describe("An image: a path on the console, or an https address. Default: the name as text."),
  primary: color.exactOptional().describe("Main color. Default: the console's own."),
  secondary: color.exactOptional().describe("Second color. Default: the console's own."),
});

/** `odoo-saas:console`: the control plane in a browser (docs/console.md). */
export const consoleSchema = mapping({
  host: text(HOST, 'a lower-case host name such as "console.example.com"')
    .exactOptional()
    .describe("Host that people reach it by. Default console.<baseDomain>."),
  url: baseUrl
    .exactOptional()
    .describe("Address that browsers reach it by; log-ins return there. Another one than https://<host> only in the sandbox. Default https://<host>."),
  image: imageSchema.exactOptional().describe("Its image, pinned by digest. Omitted only in the sandbox, whose pods are simulated."),
  staff: staff.default({}).describe("People who log in through the realm `platform`, by GitHub login, which is their user name."),
  brand: brand.prefault({}).describe("White label."),
  replicas: integer(1, 10).default(2).describe("Pods of the server. Default 2."),
  generation: integer(1, 9999)
    .default(1)
    .describe("Increase by one to replace the database password and the client secret, or after replacing a secret below: pods read them when they start. Default 1."),
  requests: mapping({
    url: baseUrl.describe("Address of n8n, which takes signed requests (docs/n8n.md)."),
    login: githubLogin
      .default("odoo-saas-console")
      .describe("Login in requesters.yaml whose key signs the requests. Default odoo-saas-console."),
    cidrs: cidrs.default([]).describe("Networks that n8n is in, for the network policy of the pods. Default: none; no request can be sent."),
  }).describe("Where requests are sent. Secrets: consoleRequestsSecret, consoleRequestsKey."),
  github: mapping({
    cidrs: cidrs
      .min(1, expecting("at least one network"))
      .describe("Networks that GitHub's API is in, for the network policy of the collector: each /24 or narrower."),
  })
    .exactOptional()
    .describe("Has the collector read requests at GitHub. Needs repository. Secret: consoleGithubToken. Default: requests that were sent stay `received`."),
  projections: mapping({
    address: text(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w.=-]+)*$/,
      'a bucket such as "s3://acme-console/prod"',
    ).describe("Bucket, and prefix, that `npx odoo-saas deploy publish` writes inventories and events to."),
    region: text(/^[a-z0-9-]{2,32}$/, 'a region such as "eu-central-1"').describe("Region of the bucket."),
    endpoint: baseUrl.exactOptional().describe("S3 endpoint. Default: AWS' of the region."),
    cidrs: cidrs
      .min(1, expecting("at least one network"))
      .describe("Networks that the bucket is in. Ranges that a cloud publishes must also be in policies/published-networks.json."),
  })
    .exactOptional()
    .describe("Where the collector reads inventories and events. Secrets: consoleStoreKeyId, consoleStoreKey. Default: folders of the image."),
  repository: httpsUrl.exactOptional().describe("Address of this repository, for links. Default: no links."),
});
