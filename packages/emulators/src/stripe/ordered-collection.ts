/** Rows in the order of their first insertion, found by id. Replacing a row keeps its place. */
export class OrderedCollection<T extends { id: string }> {
  #rows: (T | undefined)[] = [];
  readonly #places = new Map<string, number>();

  get size(): number {
    return this.#places.size;
  }

  get(id: string): T | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.#rows[place];
  }

  put(row: T): void {
    const place = this.#places.get(row.id);
    if (place !== undefined) {
      this.#rows[place] = row;
    } else {
      this.#places.set(row.id, this.#rows.length);
      this.#rows.push(row);
    }
  }

  delete(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    this.#rows[place] = undefined;
    if (this.#rows.length > 64 && this.#places.size < this.#rows.length / 2) this.#closeGaps();
  }

  /** Rows may be deleted on the way. */
  *oldestFirst(): Generator<T> {
    const rows = this.#rows;
    for (const row of rows) if (row) yield row;
  }

  /** From the newest, or from the first that is older than the row `beforeId`. */
  *newestFirst(beforeId?: string): Generator<T> {
    const start = beforeId === undefined ? this.#rows.length : (this.#places.get(beforeId) ?? 0);
    for (let place = start - 1; place >= 0; place--) {
      const row = this.#rows[place];
      if (row) yield row;
    }
  }

  /** Towards the newest, from the first that is newer than the row `afterId`. */
  *newerThan(afterId: string): Generator<T> {
    const start = (this.#places.get(afterId) ?? this.#rows.length) + 1;
    for (let place = start; place < this.#rows.length; place++) {
      const row = this.#rows[place];
      if (row) yield row;
    }
  }

  #closeGaps(): void {
    this.#rows = this.#rows.filter((row) => row !== undefined);
    for (const [place, row] of this.#rows.entries()) if (row) this.#places.set(row.id, place);
  }
}
