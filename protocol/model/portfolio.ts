/** All projects that somebody may see, at a glance, and how they fare. */
import * as z from 'zod';
import { clock, label, person, projectId, timestamp } from './common.ts';
import { projectStage, stage, visibility } from './project.ts';

export const staleAfterDays = 30;
export const failingRuns = 3;

/** The worst that holds; `why` says each in words. */
export const healthStates = ['good', 'quiet', 'stale', 'failing', 'blocked'] as const;
export const health = z.object({
  state: z.enum(healthStates),
  why: z.array(z.string()).readonly(),
});
export type Health = z.infer<typeof health>;

export const portfolioProject = z.object({
  id: projectId,
  name: label,
  purpose: z.string().describe('The first 300 characters'),
  stage: projectStage,
  version: clock,
  tags: z.array(z.string()).readonly(),
  visibility,
  template: z.boolean(),
  archived: z.boolean(),
  owner: person,
  mayChange: z.boolean().describe('Whether you may move it to another stage'),
  health,
  openBlockers: z.int(),
  goals: z.object({ total: z.int(), reached: z.int() }),
  runs: z.object({ total: z.int(), active: z.int() }),
  liveModels: z.int().describe('Registered models with an alias or a version in Production'),
  spent: z.number().nonnegative().describe('In the period asked for, in the catalog currency'),
  lastActivityAt: timestamp,
});
export type PortfolioProject = z.infer<typeof portfolioProject>;

export const portfolioInput = z.object({
  archived: z.boolean().default(false).describe('Archived ones too'),
  from: timestamp.describe('Spending since then'),
});
export type PortfolioInput = z.infer<typeof portfolioInput>;

/** What everyone may know of a project that is not theirs. */
export const discoverableProject = z.object({ id: projectId, name: label, purpose: z.string() });
export type DiscoverableProject = z.infer<typeof discoverableProject>;

export const portfolio = z.object({
  stages: z.array(stage).readonly(),
  currency: z.string(),
  until: timestamp.describe('Now: spending is up to then'),
  projects: z.array(portfolioProject).readonly().describe('Most recently active first'),
  discoverable: z.array(discoverableProject).readonly().describe('Of others; by name, at most 500'),
});
export type Portfolio = z.infer<typeof portfolio>;
