export { validateProject } from "./validateProject.ts";
export type { Validation } from "./validateProject.ts";
