/**
 * Runs made again. Before a launch it says what will be the same and what
 * cannot be; afterwards how it came out. It launches nothing that the ordinary
 * launch would refuse, and says of a run that was only logged why it cannot.
 */

import {
  type Difference,
  type ReproduceInput,
  type ReproducePlan,
  type ReproducePlanInput,
  type Reproduction,
  reproducesTag,
} from '../../../protocol/model/reproduction.ts';
import { isFinal, type LaunchInput } from '../../../protocol/model/run.ts';
import type { Visibility } from '../shared/access.ts';
import type { Caller } from '../shared/call.ts';
import { DomainError, isDomainError } from '../shared/errors.ts';
import type { Clock } from '../shared/ports.ts';
import { summaryOf } from '../shared/runSummary.ts';
import type { Stores } from '../shared/store.ts';
import { compareMetrics } from './compareMetrics.ts';
import { compareMade, type Made } from './differences.ts';
import { hardwareIn, hardwareOf } from './hardware.ts';
import { checkLaunch, type LaunchCheckDependencies } from './launchCheck.ts';
import type { ArtifactStore, StoredLaunch, StoredRun } from './ports.ts';
import type { RunLauncher } from './runLauncher.ts';
import { toldOf } from './toldOf.ts';

export type ReproducerDependencies = LaunchCheckDependencies & {
  readonly clock: Clock;
  readonly launcher: Pick<RunLauncher, 'launch'>;
  readonly artifacts: Pick<ArtifactStore, 'list' | 'stat'>;
  readonly visibility: Visibility;
};

const shownAgain = 50;

export class Reproducer {
  readonly #deps: ReproducerDependencies;

  constructor(deps: ReproducerDependencies) {
    this.#deps = deps;
  }

  async plan(run: StoredRun, { tierId }: ReproducePlanInput, caller: Caller): Promise<ReproducePlan> {
    const { launch } = run;
    if (launch === null) return this.#planOfLogged(run);
    const input = inputOf(run, launch, tierId);
    const refused = await this.#refusal(input, caller);
    const tier = this.#deps.catalog.tier(input.tierId);
    const verdicts = await this.#deps.store.read(async (stores) => {
      const now: Made = {
        launch: { ...launch, tierId: input.tierId },
        at: this.#deps.clock.now(),
        hardware: tier && hardwareOf(tier),
        data: null,
      };
      const revision = await stores.environments.revision(launch.environmentId, launch.environmentRevision);
      return compareMade(await madeBy(stores, run, launch), now, revision);
    });
    const told = refused === null ? verdicts : withoutSubject(verdicts, refused);
    return {
      possible: refused === null,
      because: refused?.text ?? null,
      same: told.same,
      differences: refused === null ? told.differences : [refused, ...told.differences],
      pricePerHour: tier?.pricePerHour ?? null,
      told: {},
    };
  }

  /** Answers the id of the new run. */
  async launch(run: StoredRun, { tierId, name, requestId }: ReproduceInput, caller: Caller): Promise<string> {
    if (run.launch === null) {
      throw new DomainError('wrong-state', `${run.name} cannot be launched again: ${onlyLogged}`, {
        field: 'runId',
        remedy: 'Open its code at the commit that it tells, and launch the script from there.',
      });
    }
    const input = inputOf(run, run.launch, tierId);
    const called = name ?? `${run.name.slice(0, 190)} again`;
    return this.#deps.launcher.launch({ ...input, name: called, requestId }, caller);
  }

  async outcome(run: StoredRun, tolerance: number, caller: Caller): Promise<Reproduction> {
    const visible = await this.#deps.visibility.visibleProjects(caller);
    return this.#deps.store.read(async (stores) => {
      const now = this.#deps.clock.now();
      const again = (await runsAgain(stores, run)).map((each) => summaryOf(each, now));
      const original = await originalOf(stores, run);
      if (original === null || (visible !== null && !visible.includes(original.projectId))) {
        return { of: null, differences: [], metrics: [], again };
      }
      const values = await stores.tracking.values([original.id, run.id], { parameters: [], tags: [] });
      const metrics = compareMetrics(
        values.get(original.id)?.metrics ?? {},
        values.get(run.id)?.metrics ?? {},
        tolerance,
      );
      return { of: summaryOf(original, now), differences: await differencesOf(stores, original, run), metrics, again };
    });
  }

  /** What the launch would be refused for, as a difference that blocks; null when it would be taken. */
  async #refusal(input: LaunchInput, caller: Caller): Promise<Difference | null> {
    try {
      await checkLaunch(this.#deps, input, caller);
      return null;
    } catch (error) {
      if (!isDomainError(error)) throw error;
      return { what: thingOf(error.field), kind: 'blocks', text: error.message, remedy: error.remedy ?? null };
    }
  }

  async #planOfLogged(run: StoredRun): Promise<ReproducePlan> {
    const told = await toldOf(run, this.#deps);
    const because = `Cannot launch ${run.name} again: ${onlyLogged}`;
    return { possible: false, because, same: [], differences: [], pricePerHour: null, told };
  }
}

const onlyLogged = 'a client logged it, and Flywheel knows neither its command, its environment nor its machine.';

function inputOf(run: StoredRun, launch: StoredLaunch, tierId: string | undefined): LaunchInput {
  return {
    projectId: run.projectId,
    experimentId: run.experimentId,
    command: launch.command,
    parameters: { ...launch.parameters },
    tags: { [reproducesTag]: run.id },
    environmentId: launch.environmentId,
    environmentRevision: launch.environmentRevision,
    tierId: tierId ?? launch.tierId,
    code: launch.code,
    artifacts: [...launch.artifacts],
    priority: launch.priority,
  };
}

async function madeBy(stores: Stores, run: StoredRun, launch: StoredLaunch): Promise<Made> {
  const hardware = hardwareIn(await stores.events.creationOf(run.id));
  const datasets = (await stores.links.links([run.id])).get(run.id)?.datasets ?? [];
  const data = datasets.map(({ dataset: { name, digest } }) => ({ name, digest }));
  const mayLogMore = data.length === 0 && !isFinal(run.state);
  return { launch, at: run.startedAt ?? run.createdAt, hardware, data: mayLogMore ? null : data };
}

async function differencesOf(stores: Stores, original: StoredRun, run: StoredRun): Promise<readonly Difference[]> {
  if (original.launch === null || run.launch === null) return [];
  const { environmentId, environmentRevision } = original.launch;
  const revision = await stores.environments.revision(environmentId, environmentRevision);
  const before = await madeBy(stores, original, original.launch);
  return compareMade(before, await madeBy(stores, run, run.launch), revision).differences;
}

async function originalOf(stores: Stores, run: StoredRun): Promise<StoredRun | null> {
  const values = await stores.tracking.values([run.id], { metrics: [], parameters: [], tags: [reproducesTag] });
  const id = values.get(run.id)?.tags[reproducesTag];
  return id === undefined ? null : stores.runs.run(id);
}

async function runsAgain(stores: Stores, run: StoredRun): Promise<readonly StoredRun[]> {
  const column = { entity: 'tag', key: reproducesTag } as const;
  const { runIds } = await stores.tracking.search({
    experimentIds: [run.experimentId],
    view: 'active',
    where: [{ column, operator: '=', value: run.id }],
    orderBy: [],
    textOrder: 'plain',
    offset: 0,
    limit: shownAgain,
  });
  return stores.runs.runsOf(runIds);
}

function thingOf(field: string | undefined): Difference['what'] {
  if (field?.startsWith('code')) return 'code';
  if (field?.startsWith('environment')) return 'environment';
  return field === 'tierId' ? 'tier' : field === 'command' ? 'command' : 'project';
}

/** What blocks is told once, and nothing of it is the same. */
function withoutSubject(verdicts: ReturnType<typeof compareMade>, { what }: Difference) {
  const others = <T extends { readonly what: string }>(items: readonly T[]) =>
    items.filter((item) => item.what !== what);
  return { same: others(verdicts.same), differences: others(verdicts.differences) };
}
