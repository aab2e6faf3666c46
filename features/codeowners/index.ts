/** Code owners: whose review a change of each file needs. */
export { readCodeOwners } from "./codeOwners.ts";
