export { takeInventory } from "./inventory.ts";
export { NotAnInventory, readInventory } from "./read.ts";
export type { InventoryHead } from "./read.ts";
export { recordDeployed, recordStack } from "./recordDeployed.ts";
export { inventorySchema } from "./schema.ts";
export type { Inventory } from "./schema.ts";
