/** Sentence of the commands that reach GitHub. */
export const GITHUB_VARIABLES = "Finds GitHub by GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN.";
