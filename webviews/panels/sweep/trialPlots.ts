/** The trials of a sweep that ended with a value, as columns for charts. Pure. */
import type { SweepDetail, SweepTrial } from '../../../protocol/model/sweep.ts';
import { type PlotData, type PlotInput, plotData } from '../../charts/plotData.ts';

function valued({ trials }: SweepDetail): readonly SweepTrial[] {
  return trials.filter(({ outcome, value, runId }) => outcome === 'complete' && value !== null && runId !== null);
}

function plot(sweep: SweepDetail, inputs: (trials: readonly SweepTrial[]) => readonly PlotInput[]): PlotData {
  const trials = valued(sweep);
  const runs = {
    runIds: trials.map(({ runId }) => runId ?? ''),
    names: trials.map(({ number }) => `trial ${number}`),
    total: trials.length,
  };
  return plotData(runs, inputs(trials));
}

const goalOf = ({ objective }: SweepDetail, trials: readonly SweepTrial[]): PlotInput => {
  return { label: objective.metric, cells: trials.map(({ value }) => value) };
};

const givenOf = (sweep: SweepDetail, trials: readonly SweepTrial[]) => (name: string) => {
  const cells = trials.map(({ values }) => cellOf(values[name]));
  return { label: name, cells, log: isLog(sweep, name) };
};

function cellOf(value: string | number | boolean | undefined): string | number | null {
  return typeof value === 'boolean' ? String(value) : (value ?? null);
}

export function isLog({ definition }: SweepDetail, name: string): boolean {
  return definition?.space.some((each) => each.name === name && each.kind !== 'choice' && each.log) ?? false;
}

/** Those that every trial was given: the others have no place on a line through all axes. */
function sharedParameters(sweep: SweepDetail): readonly string[] {
  const trials = valued(sweep);
  return sweep.parameters.filter((name) => trials.every(({ values }) => values[name] !== undefined));
}

export function parallelPlot(sweep: SweepDetail): PlotData {
  const names = sharedParameters(sweep);
  return plot(sweep, (trials) => [...names.map(givenOf(sweep, trials)), goalOf(sweep, trials)]);
}

export function importancePlot(sweep: SweepDetail): PlotData {
  const names = sharedParameters(sweep);
  return plot(sweep, (trials) => [goalOf(sweep, trials), ...names.map(givenOf(sweep, trials))]);
}

export function parameterPlot(sweep: SweepDetail, name: string): PlotData {
  return plot(sweep, (trials) => [givenOf(sweep, trials)(name), goalOf(sweep, trials)]);
}

export function bestPlot(sweep: SweepDetail): PlotData {
  return plot(sweep, (trials) => [
    { label: 'trial', cells: trials.map(({ number }) => number) },
    goalOf(sweep, trials),
  ]);
}
