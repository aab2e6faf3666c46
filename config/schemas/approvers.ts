import { z } from "zod";
import { list, mapping, text } from "./common.ts";

/** A person's name on GitHub. Names that differ in case only are the same person. */
export const githubLogin = text(
  /^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}$/,
  'a GitHub login such as "jo-santos"',
);

/** `approvers.yaml`: who may say yes to a request. */
export const approversSchema = mapping({
  approvers: list(githubLogin, "a list of GitHub logins")
    .min(1, { error: "is empty, expected at least one person: otherwise no request can be approved" })
    .describe("People who may approve requests, by their GitHub logins. Nobody can approve their own request."),
}).describe("Who may approve requests that change tenants.");

/** The file after parsing. */
export type ApproversFile = z.output<typeof approversSchema>;
