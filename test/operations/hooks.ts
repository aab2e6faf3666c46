import { world } from "../e2e/support/hooks.ts";

export const mochaHooks = {
  /** These tests begin where those of `test/e2e` begin to change things: at a sandbox that runs. */
  async beforeAll(): Promise<void> {
    await world().ok("sandbox start");
  },
};
