/** A registered model: a name that versions stand under, each a model that some run made. */
import * as z from 'zod';
import { experimentId, person, projectId, runId, timestamp } from './common.ts';

export const modelName = z.string().min(1).max(256).describe('Name of a registered model');

export const modelStage = z.enum(['None', 'Staging', 'Production', 'Archived']);
export type ModelStage = z.infer<typeof modelStage>;

export const modelVersion = z.object({
  version: z.int().positive(),
  createdAt: timestamp,
  updatedAt: timestamp,
  createdBy: person,
  description: z.string(),
  stage: modelStage.describe('As older MLflow clients promote; newer ones set aliases'),
  aliases: z.array(z.string()).readonly(),
  tags: z.record(z.string(), z.string()),
  source: z.string().describe('Where its files are'),
  run: z
    .object({ id: runId, name: z.string(), experimentId })
    .nullable()
    .describe('The run that made it; null when there is none, or it is in a project that you may not see'),
  modelId: z.string().nullable().describe('The logged model that it is'),
});
export type ModelVersion = z.infer<typeof modelVersion>;

export const registeredModel = z.object({
  name: modelName,
  projectId,
  description: z.string(),
  createdAt: timestamp,
  updatedAt: timestamp,
  tags: z.record(z.string(), z.string()),
  aliases: z.record(z.string(), z.int()).describe('Version by alias'),
  versions: z.int().nonnegative().describe('How many there are'),
  latestVersion: z.int().nullable(),
});
export type RegisteredModel = z.infer<typeof registeredModel>;

export const registeredModelDetail = registeredModel.extend({
  newestVersions: z.array(modelVersion).readonly().describe('Newest first, at most 1000'),
});
export type RegisteredModelDetail = z.infer<typeof registeredModelDetail>;

export const listModelsInput = z.object({
  projectId: projectId.optional(),
  limit: z.int().min(1).max(500).default(100),
  cursor: z.string().max(256).optional(),
});
export type ListModelsInput = z.infer<typeof listModelsInput>;
