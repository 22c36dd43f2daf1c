/**
 * The entries about a project's repository: its README, its branches and which
 * of them are kept, and new projects made from it. What is copied keeps where
 * it came from; a template's files are filled in before anything is written.
 */
import type { Project } from '../../../protocol/model/project.ts';
import type {
  Branch,
  CreateFromInput,
  ProtectBranchInput,
  Readme,
  TemplateDefinition,
} from '../../../protocol/model/projectCode.ts';
import { longestReadme, templateFile } from '../../../protocol/model/projectCode.ts';
import type { DraftRepository, ProjectCode } from '../code/ports.ts';
import type { CodeEntry } from '../compute/ports.ts';
import type { EventFeed } from '../events/ports.ts';
import type { StoredRun } from '../runs/ports.ts';
import type { Call, Caller } from '../shared/call.ts';
import { DomainError } from '../shared/errors.ts';
import { actorOf } from '../shared/people.ts';
import type { Clock } from '../shared/ports.ts';
import { requireFullScope } from '../shared/scope.ts';
import type { Store, Stores } from '../shared/store.ts';
import { insertProject, type NewProject } from './insertProject.ts';
import { firstStage } from './planUpdate.ts';
import type { StageList, StoredProject } from './ports.ts';
import { requireFreeId, requireProject, unknownProject } from './requireProject.ts';
import { canSee, showProject } from './showProject.ts';

export type ProjectCodeServiceDependencies = {
  readonly store: Store;
  readonly clock: Clock;
  readonly feed: EventFeed;
  readonly catalog: StageList;
  readonly projectCode: ProjectCode;
};

type OfProject = { readonly projectId: string };

const readmeName = /^readme(\.(md|markdown|txt|rst))?$/i;
const templateName = new RegExp(`^${templateFile.replace('.', '\\.')}$`);
const largestTemplate = 64 * 2 ** 20;

export class ProjectCodeService {
  readonly #deps: ProjectCodeServiceDependencies;

  constructor(deps: ProjectCodeServiceDependencies) {
    this.#deps = deps;
  }

  async readme({ projectId }: OfProject, _call: Call): Promise<Readme> {
    const { projectCode } = this.#deps;
    const commit = await projectCode.headCommit(projectId);
    const file = commit && (await projectCode.rootFile(projectId, commit, readmeName));
    if (!file) return null;
    const text = new TextDecoder().decode(file.content.subarray(0, longestReadme));
    return { path: file.path, text, cut: file.content.length > longestReadme, commit };
  }

  async branches({ projectId }: OfProject, _call: Call): Promise<readonly Branch[]> {
    const { store, projectCode } = this.#deps;
    const kept = await store.read(({ projects }) => projects.protectedBranches(projectId));
    const branches = await projectCode.branches(projectId);
    return branches.map((branch) => ({ ...branch, isProtected: kept.has(branch.name) }));
  }

  /** Of a branch that is yet to come as well. */
  async protectBranch(input: ProtectBranchInput, call: Call): Promise<readonly Branch[]> {
    const { store, clock, feed } = this.#deps;
    const { projectId, branch } = input;
    await store.write(async (stores) => {
      if (!(await stores.projects.setProtected(input))) return;
      const detail = { changed: `branch ${branch}`, what: input.protected ? 'protected' : 'not protected any more' };
      const event = { type: 'project.branch-protected', subject: { projectId }, detail, at: clock.now() } as const;
      await stores.events.append({ ...event, actor: actorOf(call.caller) });
    });
    feed.committed();
    return this.branches({ projectId }, call);
  }

  async template({ projectId }: OfProject, _call: Call): Promise<TemplateDefinition> {
    const project = await this.#deps.store.read((stores) => requireProject(stores, projectId));
    const commit = await this.#deps.projectCode.headCommit(projectId);
    return this.#definition(requireTemplate(project), commit);
  }

  async createFrom(input: CreateFromInput, { caller, signal }: Call): Promise<Project> {
    requireFullScope(caller, 'create projects');
    const { project: source, run } = await this.#deps.store.read(async (stores) => {
      const project = await requireProject(stores, input.projectId);
      if (!(await canSee(stores, project.id, caller))) throw unknownProject(project.id);
      await requireFreeId(stores, input.id);
      return { project, run: input.runId === undefined ? null : await runOf(stores, project.id, input.runId) };
    });
    const start = run?.launch?.code.commit ?? null;
    const commit = start ?? (await this.#deps.projectCode.headCommit(source.id));
    const draft =
      input.kind === 'template'
        ? await this.#fill(requireTemplate(source), { input, commit, caller })
        : await this.#deps.projectCode.copyHistory(source.id, { start, signal });
    try {
      const project = newProject(input, source, { commit, run, at: this.#deps.clock.now() });
      return await this.#found(project, draft, caller);
    } finally {
      await this.#deps.projectCode.discard(draft);
    }
  }

  async #fill(source: StoredProject, { input, commit, caller }: Filling): Promise<DraftRepository> {
    const { projectCode, clock } = this.#deps;
    const definition = await this.#definition(source, commit);
    const { fillFiles, fillParameters } = await import('./templateFile.ts');
    const values = fillParameters(definition, input.parameters);
    const entries = commit === null ? [] : await allEntries(projectCode.entries(source.id, commit));
    const files = fillFiles(entries, values);
    const author = { name: caller.userName, email: `${caller.userId}@flywheel.invalid` };
    const message = `Start from the template ${source.name}\n`;
    return projectCode.startHistory({ files, message, author, at: clock.now() });
  }

  async #definition(source: StoredProject, commit: string | null): Promise<TemplateDefinition> {
    const file = commit && (await this.#deps.projectCode.rootFile(source.id, commit, templateName));
    if (!file) return { description: '', parameters: [] };
    const { readTemplate } = await import('./templateFile.ts');
    return readTemplate(new TextDecoder().decode(file.content));
  }

  /** The id is taken before the code gets it, so that nobody else's repository is ever written over. */
  async #found(project: NewProject, draft: DraftRepository, caller: Caller): Promise<Project> {
    const { store, clock, catalog, feed, projectCode } = this.#deps;
    const staged = { ...project, stage: firstStage(catalog.stages()) };
    const created = await store.write(async (stores: Stores) => {
      await requireFreeId(stores, project.id);
      await insertProject(stores, { project: staged, caller, now: clock.now() });
      return showProject(stores, await requireProject(stores, project.id), caller);
    });
    await projectCode.adopt(draft, project.id);
    await store.write(({ events }) => {
      const event = { type: 'code.pushed', subject: { projectId: project.id }, at: clock.now() } as const;
      return events.append({ ...event, actor: actorOf(caller), detail: { origin: project.origin?.kind ?? null } });
    });
    feed.committed();
    return created;
  }
}

type Filling = { readonly input: CreateFromInput; readonly commit: string | null; readonly caller: Caller };

function newProject(
  { id, name, description, kind }: CreateFromInput,
  source: StoredProject,
  { commit, run, at }: { readonly commit: string | null; readonly run: StoredRun | null; readonly at: number },
): NewProject {
  const started = run && { id: run.id, name: run.name };
  const origin = { kind, projectId: source.id, name: source.name, commit, run: started, at };
  const purpose = description ?? (kind === 'fork' ? source.description : '');
  const tags = kind === 'fork' ? source.tags : [];
  return { id, name: name ?? id, description: purpose, stage: '', tags, visibility: 'private', origin };
}

async function runOf({ runs }: Stores, projectId: string, runId: string): Promise<StoredRun> {
  const run = await runs.run(runId);
  if (run !== null && run.projectId === projectId && run.deletedAt === null) return run;
  throw new DomainError('not-found', `The project has no run ${runId}.`, {
    field: 'runId',
    remedy: 'Leave it out to fork the project as it is.',
  });
}

function requireTemplate(project: StoredProject): StoredProject {
  if (project.template) return project;
  throw new DomainError('wrong-state', `${project.name} is no template.`, {
    field: 'projectId',
    remedy: 'Fork it instead, or ask an owner to offer it as a template.',
  });
}

async function allEntries(entries: AsyncIterable<CodeEntry>): Promise<readonly CodeEntry[]> {
  const all: CodeEntry[] = [];
  let bytes = 0;
  for await (const entry of entries) {
    bytes += entry.content.length;
    if (bytes > largestTemplate) throw new DomainError('too-large', 'The template has more than 64 MiB of files.');
    all.push(entry);
  }
  return all;
}
