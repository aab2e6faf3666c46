import { World } from "./world.ts";

let current: World | undefined;

/** The one sandbox that all end-to-end tests share. They run in the order of their files' names. */
export function world(): World {
  if (current === undefined) throw new Error("The end-to-end tests run with --config .mocharc.e2e.json");
  return current;
}

export const mochaHooks = {
  async beforeAll(): Promise<void> {
    current = await World.create();
  },
  /** ODOO_E2E_KEEP=1 leaves the sandbox running, to look at what a failure left. */
  async afterAll(): Promise<void> {
    if (process.env.ODOO_E2E_KEEP === "1") console.log(`kept: ${current?.root ?? ""} with home ${current?.home ?? ""}`);
    else await current?.destroy();
  },
};
