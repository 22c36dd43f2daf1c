/** Calls that change traces: delete them, tag them, link them to runs and prompts. */
import * as z from 'zod';
import type { ArtifactStore } from '../../domain/runs/ports.ts';
import type { TraceService } from '../../domain/traces/traceService.ts';
import { anyText, experimentIdField, instant, integer, key, limits, optional, runIdField, text } from './fields.ts';
import { MlflowError } from './mlflowError.ts';
import { ofTrace, traceFor } from './ofTrace.ts';
import { type Route, route } from './route.ts';
import { traceIdField, traceIds } from './traceFields.ts';

export type TraceRouteDependencies = { readonly traces: TraceService; readonly artifacts: ArtifactStore };

const one = z.object({ trace_id: traceIdField });

export function traceChangeRoutes(deps: TraceRouteDependencies): readonly Route[] {
  const { traces } = deps;
  // The newest clients still send these to the older address.
  const old = [deleteRoute(deps), ...tagRoutes(traces)];
  return [...old, ...old.map((each) => ({ ...each, under: '3.0/mlflow' })), ...linkRoutes(traces)];
}

function deleteRoute({ traces, artifacts }: TraceRouteDependencies): Route {
  return route({
    path: 'traces/delete-traces',
    methods: ['POST'],
    input: z
      .object({
        experiment_id: experimentIdField,
        max_timestamp_millis: optional(instant),
        max_traces: optional(integer.refine((count) => count > 0, 'a number from 1')),
        request_ids: optional(traceIds),
      })
      .refine(
        ({ max_timestamp_millis, request_ids }) => (max_timestamp_millis === undefined) !== (request_ids === undefined),
        'either max_timestamp_millis or request_ids is needed, and not both',
      )
      .refine(
        ({ max_traces, request_ids }) => max_traces === undefined || request_ids === undefined,
        'max_traces does not go with request_ids',
      ),
    needs: ({ experiment_id }) => ({ role: 'contributor', experimentId: experiment_id }),
    answer: async (input, { call }) => {
      const { experiment_id: experimentId, request_ids: ids, max_timestamp_millis: until, max_traces: limit } = input;
      const gone = await traces.delete({ experimentId, ids, until, limit }, call);
      for (const id of gone) await artifacts.remove(`${experimentId}/traces`, id);
      return { traces_deleted: gone.length };
    },
  });
}

function tagRoutes(traces: TraceService): readonly Route[] {
  const shared = { under: '2.0/mlflow', path: 'traces/{trace_id}/tags', role: 'contributor' } as const;
  return [
    ofTrace(traces, {
      ...shared,
      methods: ['PATCH'],
      input: one.extend({ key, value: anyText.transform((value) => value.slice(0, limits.tagLength)) }),
      answer: async ({ trace_id, ...tag }) => {
        await traces.setTag(trace_id, tag);
        return {};
      },
    }),
    ofTrace(traces, {
      ...shared,
      methods: ['DELETE'],
      input: one.extend({ key: text }),
      answer: async ({ trace_id, key }) => {
        await traces.deleteTag(trace_id, key);
        return {};
      },
    }),
  ];
}

const linkedPrompts = 'mlflow.linkedPrompts';

function linkRoutes(traces: TraceService): readonly Route[] {
  return [
    route({
      path: 'traces/link-to-run',
      methods: ['POST'],
      input: z.object({ trace_ids: z.array(traceIdField).min(1).max(limits.tracesToLink), run_id: runIdField }),
      needs: ({ run_id }) => ({ role: 'contributor', runId: run_id }),
      answer: async ({ trace_ids, run_id }, context) => {
        for (const id of trace_ids) await traceFor(traces, { id, role: 'contributor' }, context);
        await traces.linkToRun(trace_ids, run_id);
        return {};
      },
    }),
    ofTrace(traces, {
      under: '2.0/mlflow',
      path: 'traces/link-prompts',
      methods: ['POST'],
      role: 'contributor',
      input: one.extend({
        prompt_versions: z
          .array(z.object({ name: text.max(limits.keyLength), version: text.max(limits.keyLength) }))
          .max(100),
      }),
      answer: async ({ trace_id, prompt_versions }, { trace }) => {
        const linked = new Map(promptsIn(trace.tags[linkedPrompts]).map((each) => [JSON.stringify(each), each]));
        for (const each of prompt_versions) linked.set(JSON.stringify(each), each);
        const value = JSON.stringify([...linked.values()]);
        if (value.length > limits.tagLength) {
          throw new MlflowError(
            'INVALID_PARAMETER_VALUE',
            `The trace ${trace_id} is linked to as many prompts as it can be.`,
          );
        }
        await traces.setTag(trace_id, { key: linkedPrompts, value });
        return {};
      },
    }),
  ];
}

const prompts = z.array(z.object({ name: anyText, version: anyText }));

function promptsIn(tag: string | undefined): z.infer<typeof prompts> {
  try {
    return prompts.parse(JSON.parse(tag ?? '[]'));
  } catch {
    return [];
  }
}
