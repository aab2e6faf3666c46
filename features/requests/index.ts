/** Requests for tenants, from their signature to the pull request. */
export { ACTIONS } from "./request.ts";
export type { Action } from "./request.ts";
export { pathOf, PROOF_HEADER, SIGNATURE_HEADER } from "./send.ts";
