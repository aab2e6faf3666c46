import { z } from "zod";
import { readJsonList } from "../../lib/jsonList.ts";
import type { Chunks } from "../../lib/jsonList.ts";
import { inventorySchema } from "./schema.ts";
import type { Inventory } from "./schema.ts";

/** What an inventory says beside the resources. */
export type InventoryHead = Omit<Inventory, "resources">;

/**
 * Reads an inventory without having all of its resources in memory: that of a large fleet has half a million.
 *
 * @param chunks its text, from the beginning
 * @param use gets the resources, batch by batch
 * @throws NotAnInventory; errors of `use` as they are
 */
export async function readInventory(
  chunks: Chunks,
  use: (resources: Inventory["resources"]) => void | Promise<void>,
): Promise<InventoryHead> {
  try {
    const head = await readJsonList(chunks, "resources", (values) =>
      use(inventorySchema.shape.resources.parse(values)),
    );
    return inventorySchema.parse(head);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new NotAnInventory();
    throw error;
  }
}

/** A text that is not what `npx odoo-saas deploy inventory` writes. */
export class NotAnInventory extends Error {
  override readonly name = "NotAnInventory";
}
