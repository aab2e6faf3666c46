import type { SqlFile } from "../../lib/sqlFiles.ts";

/** What the provider does for one resource type. */
export interface ResourceKind<Inputs> {
  /** The files that it is made from, which its checksum covers. */
  files(inputs: Inputs): readonly SqlFile[];
  /** Names what exists, for people. */
  id(inputs: Inputs): string;
  /** Paths of inputs whose change makes a different resource. */
  readonly replaceOn: readonly (readonly string[])[];
  /** Makes it as the inputs say, whatever was there, in one transaction. */
  apply(inputs: Inputs): Promise<void>;
  /** Checksum of the files that made what is there; `undefined` when it, or a part of it, is missing. */
  inspect(inputs: Inputs): Promise<string | undefined>;
  /** Takes it away; where nothing is, that is done. */
  remove(inputs: Inputs): Promise<void>;
}
