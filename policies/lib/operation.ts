/**
 * What the engine does with the resources that it shows. The pack's server and tests set it. It is not an environment variable,
 * which a person could set as well.
 */
export const operation = {
  /** Whether the engine only previews. False until the engine says so: everything is then judged as strictly as an update. */
  isPreview: false,
};
