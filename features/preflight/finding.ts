/** What one check of an installation found. */
export interface Finding {
  /** Part of the installation, such as `tenants' server`. */
  readonly part: string;
  /** What is asked for, as a sentence without a full stop. */
  readonly what: string;
  /** `unknown`: this command cannot see it, and a person must look. */
  readonly state: "ok" | "missing" | "unknown";
  /** What was found there. */
  readonly found: string;
  /** What to do about it: SQL or a command where there is one. Empty when nothing is to be done. */
  readonly remedy: string;
}

/** What a part's checks add their findings with. */
export type Note = (what: string, isThere: boolean | undefined, found: string, remedy: string) => void;

/** Collects the findings of a part. */
export function notesOf(part: string): { readonly findings: Finding[]; readonly note: Note } {
  const findings: Finding[] = [];
  return {
    findings,
    note: (what, isThere, found, remedy) => {
      const state = isThere === undefined ? "unknown" : isThere ? "ok" : "missing";
      findings.push({ part, what, state, found, remedy: isThere === true ? "" : remedy });
    },
  };
}
