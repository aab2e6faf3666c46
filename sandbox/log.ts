/** Prints a line of progress on standard error: standard output is for what a shell or a program reads. */
export function log(line: string): void {
  console.error(line);
}
