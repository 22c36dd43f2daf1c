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
import { launchInput, run } from './model/run.ts';
import { searchHit } from './model/search.ts';
import { viewId } from './model/view.ts';
import { workspaceId } from './model/workspace.ts';

export const panelNames = [
  'launch',
  'run',
  'experiments',
  'compare',
  'environments',
  'home',
  'costs',
  'search',
  'workspaces',
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
  }),
  z.object({ panel: z.literal('run'), runId }),
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
  z.object({ panel: z.literal('home') }),
  z.object({ panel: z.literal('costs') }),
  z.object({ panel: z.literal('workspaces'), workspaceId: workspaceId.optional() }),
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

/** A folder that can be launched from. */
export const launchFolder = z.object({
  id: z.string(),
  name: z.string(),
  projectId: projectId.nullable().describe('The project it was last launched in'),
  scripts: z
    .array(relativePath)
    .readonly()
    .describe('Python, R, shell files and notebooks that look runnable, likely ones first'),
});
export type LaunchFolder = z.infer<typeof launchFolder>;

/** What is asked before the code is known: the host takes the snapshot and adds it. */
export const launchRequest = launchInput.omit({ code: true }).extend({ folderId: z.string() });
export type LaunchRequest = z.infer<typeof launchRequest>;

export const launchProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), text: z.string() }),
  z.object({ kind: z.literal('done'), run }),
]);
export type LaunchProgress = z.infer<typeof launchProgress>;

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
  /** A file of an environment in the editor, where saving it makes a revision. */
  editDefinition: ask.input(z.object({ environmentId, file: z.enum(definitionFileNames) })).output(done),
  /** Puts a link to a place into the clipboard: of the page in a browser, of the editor in VS Code. */
  copyLink: ask.input(panelPlace).output(z.object({ link: z.string() })),
  /** Its tool, in a browser. */
  openWorkspace: ask.input(z.object({ workspaceId })).output(done),
  /** What a search found, in the editor: a file at its line, whether or not a run has it. */
  openFound: ask.input(z.object({ hit: searchHit, line: z.int().positive().optional() })).output(done),
  connect: ask.output(done),
};
export type HostContract = typeof hostContract;

/** What a panel sees over its one channel: the relayed contract, and its host. */
export const panelContract = { ...contract, host: hostContract };
export type PanelContract = typeof panelContract;

const common = ['events.subscribe', 'session.hello'] as const;

/** The entries that each panel may call through its host; anything else is refused there. */
export const panelEntries: Readonly<Record<PanelName, readonly string[]>> = {
  launch: [
    ...common,
    'projects.list',
    'projects.create',
    'environments.list',
    'environments.create',
    'environments.revise',
    'environments.revisions',
    'environments.build',
    'environments.buildLog',
    'environments.import',
    'tiers.list',
    'experiments.list',
    'costs.estimate',
  ],
  environments: [
    ...common,
    'environments.list',
    'environments.get',
    'environments.revisions',
    'environments.create',
    'environments.revise',
    'environments.update',
    'environments.setState',
    'environments.build',
    'environments.cancelBuild',
    'environments.check',
    'environments.buildLog',
    'environments.compare',
    'environments.files',
    'environments.validate',
    'environments.import',
  ],
  run: [
    ...common,
    'runs.get',
    'runs.logs',
    'runs.history',
    'runs.artifacts',
    'runs.previewArtifact',
    'runs.code',
    'runs.previewCode',
    'runs.reproducePlan',
    'runs.reproduce',
    'runs.reproduction',
    'events.list',
    'runs.stop',
    'runs.update',
    'runs.delete',
    'runs.restore',
    'projects.get',
    'tiers.list',
    'environments.buildLog',
  ],
  experiments: [
    ...common,
    'projects.list',
    'tiers.list',
    'experiments.list',
    'experiments.get',
    'experiments.search',
    'experiments.group',
    'experiments.differing',
    'experiments.values',
    'experiments.columns',
    'experiments.complete',
    'experiments.parse',
    'views.list',
    'views.get',
    'views.create',
    'views.update',
    'views.delete',
    'runs.get',
    'runs.star',
    'runs.history',
    'runs.stop',
    'runs.delete',
    'runs.restore',
    'runs.update',
  ],
  costs: [...common, 'projects.list', 'costs.spending'],
  compare: [
    ...common,
    'projects.list',
    'experiments.list',
    'experiments.columns',
    'experiments.search',
    'tiers.list',
    'environments.revisions',
    'runs.get',
    'runs.history',
    'runs.artifacts',
    'runs.previewArtifact',
    'runs.code',
    'runs.previewCode',
  ],
  home: [...common, 'projects.list', 'runs.list', 'tiers.list'],
  search: [...common, 'search.query', 'search.read'],
  workspaces: [
    ...common,
    'projects.list',
    'environments.list',
    'tiers.list',
    'workspaces.list',
    'workspaces.get',
    'workspaces.tools',
    'workspaces.create',
    'workspaces.start',
    'workspaces.stop',
    'workspaces.extend',
    'workspaces.update',
    'workspaces.save',
    'workspaces.snapshot',
    'workspaces.delete',
  ],
};
