import { createContext, use } from "react";
import type { Action } from "../../api/access.ts";
import type { Session } from "../../api/session.ts";

/** Who is logged in; the pages are rendered inside of it. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is logged in. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new Error("useSession is used outside of SessionContext");
  return session;
}

/** Says of an action whether the person may do it. The server decides it again. */
export function useMay(): (action: Action) => boolean {
  const { actions } = useSession();
  return (action) => actions.includes(action);
}
