/**
 * What people, judges and code say of a trace: feedback, expectations and
 * issues. One that replaces another puts it out of force, and deleting it brings
 * the other back.
 */
import { randomUUID } from 'node:crypto';
import { DomainError } from '../shared/errors.ts';
import type { Stores } from '../shared/store.ts';
import type { Assessment } from './ports.ts';
import { existingTrace, type TraceDependencies } from './traceRules.ts';

export type NewAssessment = Omit<Assessment, 'id' | 'createdAt' | 'updatedAt'> & {
  /** As its client says; absent means now. */
  readonly createdAt: number | null;
};
export type AssessmentChange = Partial<
  Pick<Assessment, 'name' | 'kind' | 'value' | 'format' | 'error' | 'rationale' | 'metadata' | 'valid'>
>;

export const assessmentLimits = { onTrace: 1000 } as const;

export class AssessmentService {
  readonly #deps: Pick<TraceDependencies, 'store' | 'clock'>;

  constructor(deps: Pick<TraceDependencies, 'store' | 'clock'>) {
    this.#deps = deps;
  }

  get(traceId: string, id: string): Promise<Assessment> {
    return this.#deps.store.read((stores) => existing(stores, traceId, id));
  }

  async create(asked: NewAssessment): Promise<Assessment> {
    const now = this.#deps.clock.now();
    const created: Assessment = {
      ...asked,
      id: `a-${randomUUID().replaceAll('-', '')}`,
      createdAt: asked.createdAt ?? now,
      updatedAt: now,
    };
    await this.#deps.store.write((stores) => addAssessment(stores, created));
    return created;
  }

  /** Several with a trace, in its own unit of work. */
  async add(stores: Stores, asked: readonly NewAssessment[]): Promise<void> {
    const now = this.#deps.clock.now();
    for (const one of asked) {
      const id = `a-${randomUUID().replaceAll('-', '')}`;
      await addAssessment(stores, { ...one, id, createdAt: one.createdAt ?? now, updatedAt: now });
    }
  }

  async update(traceId: string, id: string, change: AssessmentChange): Promise<Assessment> {
    const updatedAt = this.#deps.clock.now();
    return await this.#deps.store.write(async (stores) => {
      const known = await existing(stores, traceId, id);
      if (change.kind !== undefined && change.kind !== known.kind) throw otherKind(known);
      const updated = { ...known, ...change, updatedAt };
      await stores.traces.putAssessment(updated);
      return updated;
    });
  }

  /** Again is harmless. */
  async delete(traceId: string, id: string): Promise<void> {
    await this.#deps.store.write(async (stores) => {
      await existingTrace(stores, traceId);
      const known = await stores.traces.assessment(traceId, id);
      if (known === null) return;
      await stores.traces.deleteAssessment(traceId, id);
      if (known.overrides === null) return;
      const overridden = await stores.traces.assessment(traceId, known.overrides);
      if (overridden !== null) await stores.traces.putAssessment({ ...overridden, valid: true });
    });
  }
}

async function addAssessment(stores: Stores, created: Assessment): Promise<void> {
  const { traceId, overrides } = created;
  await existingTrace(stores, traceId);
  if ((await stores.traces.assessments([traceId])).length >= assessmentLimits.onTrace) {
    throw new DomainError('too-large', `A trace can have at most ${assessmentLimits.onTrace} assessments.`, {
      field: 'assessment',
      remedy: 'Delete some, or update one instead of adding another.',
    });
  }
  if (overrides !== null) {
    const overridden = await existing(stores, traceId, overrides);
    await stores.traces.putAssessment({ ...overridden, valid: false });
  }
  await stores.traces.putAssessment(created);
}

async function existing(stores: Stores, traceId: string, id: string): Promise<Assessment> {
  await existingTrace(stores, traceId);
  const found = await stores.traces.assessment(traceId, id);
  if (found !== null) return found;
  const message = `Assessment with ID '${id}' not found for trace '${traceId}'`;
  throw new DomainError('not-found', message, { field: 'assessment_id', remedy: 'Check the id.' });
}

function otherKind({ id, kind }: Assessment): DomainError {
  const message = `The assessment ${id} is of the kind ${kind}, which cannot change.`;
  return new DomainError('invalid-input', message, { field: 'assessment', remedy: 'Log another one.' });
}
