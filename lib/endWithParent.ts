/**
 * Ends this process when the process that started it has ended: a killed engine cannot stop its plugins, and nothing waits for
 * what they would still do.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(1);
  }, 1000).unref();
}
