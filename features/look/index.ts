export { look } from "./look.ts";
export type { StackLook, TenantLook } from "./look.ts";
export { lookText, tenantText } from "./lookText.ts";
