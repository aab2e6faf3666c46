/** The collector's sources, for people. */
const WORDS: Readonly<Record<string, string>> = {
  files: "Files on the main branch",
  history: "History of the files",
  inventories: "Inventories of the stacks",
  events: "Events of the workflows",
  requests: "Requests and pull requests",
};

/** A source's name for people. */
export const sourceName = (name: string): string => WORDS[name] ?? name;
