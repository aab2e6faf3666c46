/** Odoo's modules: the index of what they say of themselves, its pins, and what is made from it. */
export { odooVersion, readModules } from "./moduleIndex/facts.ts";
export type { ModuleFacts } from "./moduleIndex/facts.ts";
export { replaceFile } from "./moduleIndex/file.ts";
