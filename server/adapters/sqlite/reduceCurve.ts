/**
 * Picks the points of a long curve that its picture needs: the first, the
 * last, and of each bucket between the lowest and the highest, so that no peak
 * is lost. Points stay in their order and none is made up.
 */

type Valued = { readonly value: number };

/** `total` is how many points there are; a curve that fits is kept whole. */
export function reduceCurve<P extends Valued>(
  points: Iterable<P>,
  { total, maxPoints }: { readonly total: number; readonly maxPoints: number },
): P[] {
  if (total <= maxPoints) return [...points];
  const buckets = Math.max(1, Math.floor((maxPoints - 2) / 2));
  const kept: P[] = [];
  let bucket = new Bucket<P>();
  let index = 0;
  for (const point of points) {
    if (index === 0 || index === total - 1) {
      kept.push(...bucket.take(), point);
    } else {
      // The ends stand for themselves; what is between is cut into equal buckets.
      if (bucket.number !== Math.floor(((index - 1) * buckets) / (total - 2))) {
        kept.push(...bucket.take());
        bucket = new Bucket<P>(bucket.number + 1);
      }
      bucket.add(point, index);
    }
    index += 1;
  }
  return kept;
}

type Placed<P> = { readonly point: P; readonly index: number };

class Bucket<P extends Valued> {
  readonly number: number;
  #first: Placed<P> | null = null;
  #low: Placed<P> | null = null;
  #high: Placed<P> | null = null;

  constructor(number = 0) {
    this.number = number;
  }

  add(point: P, index: number): void {
    const placed = { point, index };
    this.#first ??= placed;
    if (Number.isNaN(point.value)) return;
    if (this.#low === null || point.value < this.#low.point.value) this.#low = placed;
    if (this.#high === null || point.value > this.#high.point.value) this.#high = placed;
  }

  /** One or two points in order; the first when all are NaN, so that a gap is seen. */
  take(): P[] {
    const low = this.#low ?? this.#first;
    const high = this.#high ?? this.#first;
    if (low === null || high === null) return [];
    if (low.index === high.index) return [low.point];
    return low.index < high.index ? [low.point, high.point] : [high.point, low.point];
  }
}
