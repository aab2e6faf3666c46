import { userInfo } from "node:os";
import { Option } from "@commander-js/extra-typings";
import { usableProjectFiles } from "../../config/index.ts";
import { withBilling } from "../../features/billing/index.ts";
import type { Acting, BillingDatabase } from "../../features/billing/index.ts";
import { PROJECT_ROOT } from "../../lib/projectRoot.ts";
import { useBilling } from "../environment.ts";

/** The stack whose console has the database of billing. */
export const stackOption = () =>
  new Option(
    "--stack <stack>",
    "the stack whose console has the database; another one than the sandbox: CONSOLE_DATABASE_URL names it",
  ).default("sandbox");

/** The person who acts. */
export const byOption = () =>
  new Option("--by <login>", "who acts").env("GITHUB_ACTOR").default(userInfo().username, "this machine's user");

/** Runs `use` with the database of billing, the project's files and who acts when. */
export async function withActing<Result>(
  { stack, by = userInfo().username }: { readonly stack: string; readonly by?: string },
  use: (database: BillingDatabase, acting: Acting) => Promise<Result>,
): Promise<Result> {
  const files = usableProjectFiles(PROJECT_ROOT);
  await useBilling(stack);
  return withBilling((database) => use(database, { files, now: new Date(), by }));
}
