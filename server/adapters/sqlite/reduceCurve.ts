/**
 * Picks the points of a long curve that its picture needs: the first, the
 * last, and of each bucket between the lowest and the highest, so that no peak
 * is lost. Points stay in their order and none is made up. A stretch of the
 * curve that falls into one bucket is not opened: its summary will do.
 */

type Valued = { readonly value: number };

export type Stretch<P> = {
  readonly length: number;
  /** Its lowest and its highest in their order, its first point when all are NaN; null where that is not known. */
  readonly summary: readonly P[] | null;
  readonly open: () => Iterable<P>;
};

/** `total` is how many points there are; a curve that fits is kept whole. */
export function reduceCurve<P extends Valued>(
  curve: readonly Stretch<P>[],
  { total, maxPoints }: { readonly total: number; readonly maxPoints: number },
): P[] {
  if (total <= maxPoints) return curve.flatMap(({ open }) => [...open()]);
  const reducer = new Reducer<P>(total, Math.max(1, Math.floor((maxPoints - 2) / 2)));
  for (const stretch of curve) reducer.take(stretch);
  return reducer.kept;
}

class Reducer<P extends Valued> {
  readonly kept: P[] = [];
  readonly #total: number;
  readonly #buckets: number;
  #bucket = new Bucket<P>();
  #index = 0;

  constructor(total: number, buckets: number) {
    this.#total = total;
    this.#buckets = buckets;
  }

  take({ length, summary, open }: Stretch<P>): void {
    const holdsAnEnd = this.#index === 0 || this.#index + length === this.#total;
    // One that is no longer than a bucket goes into the one in which most of it lies.
    if (summary === null || holdsAnEnd || length * this.#buckets > this.#total) {
      for (const point of open()) this.#add(point);
      return;
    }
    this.#enter(this.#index + Math.floor(length / 2));
    for (const point of summary) this.#bucket.add(point);
    this.#index += length;
  }

  #add(point: P): void {
    const index = this.#index;
    if (index === 0 || index === this.#total - 1) this.kept.push(...this.#bucket.take(), point);
    else {
      this.#enter(index);
      this.#bucket.add(point);
    }
    this.#index += 1;
  }

  /** The ends stand for themselves; what is between is cut into equal buckets. */
  #enter(index: number): void {
    const number = Math.floor(((index - 1) * this.#buckets) / (this.#total - 2));
    if (number === this.#bucket.number) return;
    this.kept.push(...this.#bucket.take());
    this.#bucket = new Bucket(number);
  }
}

type Placed<P> = { readonly point: P; readonly at: number };

class Bucket<P extends Valued> {
  readonly number: number;
  #seen = 0;
  #first: Placed<P> | null = null;
  #low: Placed<P> | null = null;
  #high: Placed<P> | null = null;

  constructor(number = 0) {
    this.number = number;
  }

  add(point: P): void {
    this.#seen += 1;
    const { value } = point;
    if (this.#low !== null && this.#high !== null) {
      if (value < this.#low.point.value) this.#low = { point, at: this.#seen };
      else if (value > this.#high.point.value) this.#high = { point, at: this.#seen };
      return;
    }
    this.#first ??= { point, at: this.#seen };
    if (!Number.isNaN(value)) this.#low = this.#high = { point, at: this.#seen };
  }

  /** One or two points in order; the first when all are NaN, so that a gap is seen. */
  take(): P[] {
    const low = this.#low ?? this.#first;
    const high = this.#high ?? this.#first;
    if (low === null || high === null) return [];
    if (low.at === high.at) return [low.point];
    return low.at < high.at ? [low.point, high.point] : [high.point, low.point];
  }
}
