/** Does one piece of work after the other, in the order in which they come. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  /** Does work when all that came before it is done. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
