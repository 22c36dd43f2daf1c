/**
 * Owns what must end with something: creation and ownership are one
 * expression, disposal runs in reverse order and loses no error.
 */
type Disposable = { dispose(): unknown };

export class Disposables implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  /** Takes ownership and returns the thing; after disposal it is ended at once. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    const errors: unknown[] = [];
    for (const item of this.#items.splice(0).reverse()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some parts did not end cleanly');
  }
}
