/** Requests for tenants, from their signature to the pull request. */
export { checkRequest } from "./check.ts";
export type { RequestCheck } from "./check.ts";
export { readPeople } from "./inputs.ts";
export { prove } from "./proof.ts";
export { recordOf, titleOf } from "./record.ts";
export type { RequestRecord } from "./record.ts";
export { RequestRefusal, UnknownOutcome } from "./refusal.ts";
export { ACTIONS, branchOf, canonical, CHANGEABLE_KEYS, readRequest, REQUEST_ID, requestOf } from "./request.ts";
export type { Action, ChangeableKey, Request } from "./request.ts";
export { pathOf, PROOF_HEADER, send, signed, SIGNATURE_HEADER } from "./send.ts";
export type { Sending } from "./send.ts";
export {
  CHECK_CONCLUSIONS,
  FINAL_STATES,
  REQUEST_STATES,
  requestStatusListSchema,
  requestStatusSchema,
} from "./status.ts";
export type { RequestState, RequestStatus } from "./status.ts";
export { changeableKeys } from "./tenantPerson.ts";
export { changedFile } from "./tenantChange.ts";
