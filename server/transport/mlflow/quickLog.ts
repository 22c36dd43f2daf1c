/**
 * Reads the two calls that jobs send at high rates without the schema, which
 * takes longer over a thousand points than parsing and storing them. It only
 * says yes: to plain input, which it reads as the schema would. Whatever it
 * is not sure of is the schema's to judge, and to find words for.
 */
import { limits } from './fields.ts';

type Given = Readonly<Record<string, unknown>>;
type Metric = {
  readonly key: string;
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
  /** What is of a logged model is left to the schema. */
  readonly model_id: undefined;
  readonly dataset_name: undefined;
  readonly dataset_digest: undefined;
};
type Pair = { readonly key: string; readonly value: string };
export type Batch = {
  readonly run_id: string;
  readonly metrics: Metric[] | undefined;
  readonly params: Pair[] | undefined;
  readonly tags: Pair[] | undefined;
};

const plainRunId = /^[a-zA-Z0-9][\w-]{0,255}$/;
/** A part of these and further ones behind slashes. No part is of dots alone. */
const plainKey = /^\w[\w.\- :]*(?:\/\w[\w.\- :]*)*$/;

export function quickMetric(given: Given): (Metric & { readonly run_id: string }) | null {
  const { run_id } = given;
  const metric = readMetric(given);
  return metric !== null && isRunId(run_id) ? { run_id, ...metric } : null;
}

export function quickBatch(given: Given): Batch | null {
  const { run_id } = given;
  if (!isRunId(run_id)) return null;
  const metrics = readList(given.metrics, limits.metricsInBatch, readMetric);
  const params = readList(given.params, limits.parametersInBatch, (each) => readPair(each, limits.parameterLength));
  const tags = readList(given.tags, limits.tagsInBatch, (each) => readPair(each, limits.tagLength));
  if (metrics === null || params === null || tags === null) return null;
  const entities = (metrics?.length ?? 0) + (params?.length ?? 0) + (tags?.length ?? 0);
  if (entities > limits.entitiesInBatch || hasDuplicates(params ?? [])) return null;
  return { run_id, metrics, params, tags };
}

function isRunId(id: unknown): id is string {
  return typeof id === 'string' && plainRunId.test(id);
}

/** Null when one of the list is not plain. */
function readList<T>(list: unknown, most: number, read: (each: Given) => T | null): T[] | undefined | null {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list) || list.length > most) return null;
  const all: T[] = [];
  for (const each of list as readonly unknown[]) {
    const one = typeof each === 'object' && each !== null ? read(each as Given) : null;
    if (one === null) return null;
    all.push(one);
  }
  return all;
}

/** Field by field, and the metric as one literal: a list of fields and a spread made reading four times as dear. */
function isOfModel({ model_id, dataset_name, dataset_digest }: Given): boolean {
  return model_id !== undefined || dataset_name !== undefined || dataset_digest !== undefined;
}

function readMetric(given: Given): Metric | null {
  if (isOfModel(given)) return null;
  const { key, value, timestamp } = given;
  const number = Number.isFinite(value) ? (value as number) : readSpecial(value);
  if (number === null || !isKey(key) || !isInstant(timestamp)) return null;
  const step = given.step ?? 0;
  if (!isInteger(step)) return null;
  return {
    key,
    value: number,
    timestamp,
    step,
    model_id: undefined,
    dataset_name: undefined,
    dataset_digest: undefined,
  };
}

/** What JSON has no word for. An infinite number can only come from one that is too large. */
function readSpecial(value: unknown): number | null {
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : null;
}

function readPair({ key, value }: Given, longest: number): Pair | null {
  return isKey(key) && typeof value === 'string' && value.length <= longest ? { key, value } : null;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isInstant(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}

/** The keys of a job are few: those that were found plain before are known again. */
const known = new Set<string>();
const mostKnown = 10_000;
/** Batches mostly hold many points of one key in a row: to compare is cheaper than to look up. */
let latest: string | null = null;

function isKey(key: unknown): key is string {
  if (key === latest) return true;
  if (typeof key !== 'string') return false;
  if (!known.has(key) && !learn(key)) return false;
  latest = key;
  return true;
}

function learn(key: string): boolean {
  if (key.length > limits.keyLength || !plainKey.test(key)) return false;
  if (known.size >= mostKnown) known.clear();
  known.add(key);
  return true;
}

function hasDuplicates(pairs: readonly Pair[]): boolean {
  return new Set(pairs.map(({ key }) => key)).size !== pairs.length;
}
