import project from "../eslint.config.js";

// The project's rules, without its list of what is not its own: the console needs dependencies that are not the project's.
export default [{ ignores: ["**/node_modules/", "**/dist/", "**/*.mjs", "**/eslint.config.js"] }, ...project.slice(1)];
