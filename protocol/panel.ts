/**
 * What a panel may ask of whoever hosts it (the extension, or the page around
 * it in a browser), and which entries of the contract each panel may call.
 * Panels do not know where they run.
 */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { contract } from './contract.ts';
import { contractErrors } from './errors.ts';
import { environmentId, experimentId, label, projectId, relativePath, runId } from './model/common.ts';
import { definitionFileNames } from './model/definitionTexts.ts';
import { textFile } from './model/environmentFiles.ts';
import { codeRef } from './model/run.ts';
import { searchHit } from './model/search.ts';
import { sweepId } from './model/sweep.ts';
import { viewId } from './model/view.ts';
import { launchFolder, launchProgress, launchRequest } from './panelLaunch.ts';

export const panelNames = [
  'launch',
  'run',
  'experiments',
  'compare',
  'environments',
  'home',
  'costs',
  'search',
  'sweep',
  'project',
  'portfolio',
  'jobs',
] as const;
export const panelName = z.enum(panelNames);
export type PanelName = z.infer<typeof panelName>;

export const mostCompared = 50;

/** In the order of the columns. */
const comparedRunIds = z
  .array(runId)
  .min(2, 'a comparison needs two runs at least')
  .max(mostCompared, `${mostCompared} runs can be compared at most`)
  .refine((ids) => new Set(ids).size === ids.length, 'the same run is named twice');

/** Where a panel stands: what it shows. Kept by the host, so that it comes back after a reload. */
export const panelPlace = z.discriminatedUnion('panel', [
  z.object({
    panel: z.literal('launch'),
    projectId: projectId.optional(),
    folderId: z.string().optional().describe('The folder to choose, of those that the host offers'),
    script: relativePath.optional().describe('The file in it that is to be run'),
    cloneOf: runId.optional().describe('The run whose choices the form starts from'),
  }),
  z.object({ panel: z.literal('run'), runId, tab: z.string().max(20).optional().describe('What of it to show') }),
  z.object({
    panel: z.literal('experiments'),
    projectId: projectId.optional(),
    experimentId: experimentId.optional(),
    filter: z.string().max(100_000).optional().describe('The filter to show it with'),
    viewId: viewId.optional().describe('A saved view to open it in'),
  }),
  z.object({
    panel: z.literal('compare'),
    runIds: comparedRunIds,
    baseline: runId
      .optional()
      .describe('The run that the others are compared with; the first where it is none of them'),
  }),
  z.object({
    panel: z.literal('environments'),
    environmentId: environmentId.optional(),
    revision: z.coerce.number().int().positive().optional(),
  }),
  z.object({ panel: z.literal('project'), projectId }),
  z.object({ panel: z.literal('portfolio') }),
  z.object({ panel: z.literal('home') }),
  z.object({
    panel: z.literal('jobs'),
    tab: z.enum(['queue', 'schedules', 'jobs']).optional(),
    projectId: projectId.optional(),
    scheduleOf: z
      .object({ runId: runId.optional(), job: z.string().max(100).optional(), code: codeRef.optional() })
      .optional()
      .describe('A new schedule of this run, or of this job at its commit'),
  }),
  z.object({ panel: z.literal('costs') }),
  z.object({
    panel: z.literal('sweep'),
    sweepId: sweepId.optional().describe('Absent shows the list'),
    projectId: projectId.optional(),
  }),
  z.object({ panel: z.literal('search'), text: z.string().max(20_000).optional().describe('What to search for') }),
]);
export type PanelPlace = z.infer<typeof panelPlace>;

export const connectionState = z.enum([
  'connecting',
  'ready',
  'waiting',
  'offline',
  'signed-out',
  'refused',
  'stopped',
]);
export type ConnectionState = z.infer<typeof connectionState>;

export const hostStatus = z.object({
  place: panelPlace,
  connection: z.object({ state: connectionState, detail: z.string().nullable(), url: z.string().nullable() }),
});
export type HostStatus = z.infer<typeof hostStatus>;

export type { LaunchFolder, LaunchProgress, LaunchRequest } from './panelLaunch.ts';

/** Of a picture that a panel made. */
const maxSavedBytes = 32 * 1024 * 1024;

const ask = oc.errors(contractErrors);
const done = z.object({});

/** Served by the host to its panel, beside the relayed contract. */
const codeRequest = z.object({
  runId,
  path: relativePath.optional(),
  diff: z.boolean().default(false),
  line: z.int().positive().optional().describe('The line to show'),
});

export const hostContract = {
  /** The present status first, then each change. */
  status: ask.output(eventIterator(hostStatus)),
  capabilities: ask.output(z.object({ launch: z.boolean(), diff: z.boolean(), kind: z.enum(['vscode', 'browser']) })),
  open: ask.input(panelPlace).output(done),
  /** Remembered choices of a panel, small JSON by name (per workspace in VS Code, per browser in a page). */
  recall: ask.input(z.object({ name: z.string().max(100) })).output(z.object({ value: z.string().nullable() })),
  remember: ask.input(z.object({ name: z.string().max(100), value: z.string().max(100_000) })).output(done),
  folders: ask.output(z.array(launchFolder)),
  /** Takes the snapshot, pushes it, launches; cancelling the stream cancels the launch. */
  launch: ask.input(launchRequest).output(eventIterator(launchProgress)),
  /** A file of a run's snapshot in the editor (absent: the script that it ran), or its difference from the base commit. */
  openCode: ask.input(codeRequest).output(done),
  /** All code of a run, as a folder in the editor. */
  openCodeFolder: ask.input(z.object({ runId })).output(done),
  /** The code of two runs, or of one against its base or the open folder, in the editor's own diff: all files, or one. */
  compareCode: ask
    .input(
      z.object({
        runIds: z.array(runId).min(1).max(2),
        with: z.enum(['base', 'workspace']).default('base').describe('Of one run: what it is compared with'),
        path: relativePath.optional(),
      }),
    )
    .output(done),
  /** Lets the person save a file: the whole log or an artifact of a run, which the host fetches, or what the panel made. */
  save: ask
    .input(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), name: label, text: z.string() }),
        z.object({ kind: z.literal('bytes'), name: label, base64: z.base64().max((maxSavedBytes * 4) / 3) }),
        z.object({ kind: z.literal('artifact'), runId, path: relativePath }),
        z.object({ kind: z.literal('log'), runId }),
        z.object({ kind: z.literal('files'), name: label, files: z.array(textFile).min(1).max(50).readonly() }),
      ]),
    )
    .output(done),
  /** A `sweep.yaml` over the parameters of the form, in its folder and in the editor. It replaces none. */
  newSweep: ask.input(launchRequest).output(done),
  /** A file of an environment in the editor, where saving it makes a revision. */
  editDefinition: ask.input(z.object({ environmentId, file: z.enum(definitionFileNames) })).output(done),
  /** Puts a link to a place into the clipboard: of the page in a browser, of the editor in VS Code. */
  copyLink: ask.input(panelPlace).output(z.object({ link: z.string() })),
  /** What a search found, in the editor: a file at its line, whether or not a run has it. */
  openFound: ask.input(z.object({ hit: searchHit, line: z.int().positive().optional() })).output(done),
  connect: ask.output(done),
};
export type HostContract = typeof hostContract;

/** What a panel sees over its one channel: the relayed contract, and its host. */
export const panelContract = { ...contract, host: hostContract };
export type PanelContract = typeof panelContract;
