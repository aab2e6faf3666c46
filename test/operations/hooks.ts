import { world } from "../e2e/support/hooks.ts";

export const mochaHooks = {
  /** These tests begin where those of `test/e2e` begin to change things: at a sandbox that runs. */
  async beforeAll(): Promise<void> {
    // No test needs more than the tenant that it changes and another one.
    for (const tenant of ["tbwa-hr", "tbwa-scout"]) world().remove(`tenants/${tenant}.yaml`);
    await world().ok("sandbox start");
  },
};
