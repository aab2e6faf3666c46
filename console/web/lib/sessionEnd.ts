import { useSyncExternalStore } from "react";

let hasEnded = false;
const listeners = new Set<() => void>();

/** Notes whether the server has answered that the session is over. */
export function setSessionEnded(value: boolean): void {
  if (value === hasEnded) return;
  hasEnded = value;
  listeners.forEach((listener) => listener());
}

/** Whether the session ended while a page was open. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => hasEnded,
  );
}
