/** Address of the log-in that comes back to a page. @param tenant whose people log in there; undefined: staff */
export const loginAddress = (returnTo: string, tenant?: string): string => {
  const path = tenant === undefined ? "/auth/login" : `/login/${encodeURIComponent(tenant)}`;
  return `${path}?${new URLSearchParams({ returnTo }).toString()}`;
};

/** Path and query of the page that is shown. */
export const hereAddress = (): string => `${location.pathname}${location.search}`;

/** Ends the session, here and at the identity provider. */
export async function logOut(): Promise<void> {
  const response = await fetch("/auth/logout", { method: "POST", credentials: "same-origin" });
  const body: unknown = await response.json().catch(() => undefined);
  const to = typeof body === "object" && body !== null && "to" in body && typeof body.to === "string" ? body.to : "/";
  sessionStorage.clear();
  location.assign(to);
}
