/** Random numbers that depend on the seed of a sweep and the number of a trial alone, so that a trial proposed again is the same one. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export type Random = {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** Standard normal. */
  normal(): number;
};

export function randomOf(seed: number, trial: number): Random {
  const generator = xoroshiro128plus(mix(seed, trial));
  const next = () => uniformFloat64(generator);
  // Box and Muller; 1 - u is never 0.
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, normal };
}

/** Neighbouring trials and seeds get states far apart (the finalizer of MurmurHash3). */
function mix(seed: number, trial: number): number {
  let hash = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(trial + 1, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
