/** Endpoint of an S3 bucket: AWS' where none is named. */
export function bucketEndpoint({
  endpoint,
  region,
}: {
  readonly endpoint?: string | undefined;
  readonly region: string;
}): string {
  return endpoint ?? `https://s3.${region}.amazonaws.com`;
}

/** A repository as GitHub's API has it. @param url of its page, such as `https://github.com/acme/odoo-saas` */
export function githubPlace(url: string): { readonly api: string; readonly repository: string } {
  const { origin, host, pathname } = new URL(url);
  const repository = pathname.replace(/^\/|(?:\.git)?\/?$/g, "");
  return { api: host === "github.com" ? "https://api.github.com" : `${origin}/api/v3`, repository };
}

/** The port of an http or https address. */
export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}
