import { formatDiagnostics, loadProjectFiles, readApprovers } from "../../../config/index.ts";
import type { ProjectFiles } from "../../../config/index.ts";
import { projectFingerprint } from "../../domain/fingerprint.ts";
import { Problem } from "../problem.ts";

/** The clone of the repository that checks and forms work with. Read again when a file has changed. */
export class Project {
  readonly root: string;
  #files: ProjectFiles | undefined;
  #state = "";

  /** @param root folder of the clone, at its main branch */
  constructor(root: string) {
    this.root = root;
  }

  /** All files, checked. @throws Problem where they cannot be used */
  files(): ProjectFiles {
    const state = projectFingerprint(this.root);
    if (this.#files !== undefined && state === this.#state) return this.#files;
    const result = loadProjectFiles(this.root);
    if (!result.ok) {
      const { diagnostics } = result;
      throw new Problem(503, `The files of the main branch are not valid:\n${formatDiagnostics(diagnostics)}`);
    }
    this.#files = result.projectFiles;
    this.#state = state;
    return this.#files;
  }

  /** Logins of the people who may approve. @throws Problem where approvers.yaml cannot be used */
  approvers(): readonly string[] {
    const read = readApprovers(this.root);
    if ("diagnostics" in read) throw new Problem(503, formatDiagnostics(read.diagnostics));
    return read.approvers;
  }
}
