export { takeInventory } from "./inventory.ts";
export { inventorySchema } from "./schema.ts";
export type { Inventory } from "./schema.ts";
