/** The text of a new `sweep.yaml`, with what is known of the command in it. Pure. */

export type SweepSketch = {
  readonly command: string;
  readonly projectId?: string;
  readonly environmentId?: string;
  readonly tierId?: string;
  readonly parameters?: Readonly<Record<string, string>>;
};

export function sweepTemplate({ command, projectId, environmentId, tierId, parameters = {} }: SweepSketch): string {
  const given = Object.entries(parameters);
  const lines =
    given.length === 0 ? ['  rate: { low: 1e-4, high: 1e-1, log: true }', '  epochs: 5'] : given.map(parameterLine);
  return `# A sweep of Flywheel: one command with many values of its parameters, each trial a run.
# A parameter is one value for all trials, a range { low, high } or a list { values }.
${projectId ? `project: ${projectId}\n` : ''}command: ${JSON.stringify(command)}
${environmentId ? `environment: ${environmentId}\n` : ''}${tierId ? `tiers: [${tierId}]\n` : ''}parameters:
${lines.join('\n')}
# The metric that the command logs, and whether less or more of it is better.
objective: { metric: loss, direction: minimize }
sampler: tpe # or grid, random
pruner: median # or asha, none: whether trials that promise nothing are stopped early
budget: { trials: 20 } # also minutes and cost
parallel: 2
`;
}

/** A number is proposed as a range around it, and text as a list with it. */
function parameterLine([name, value]: readonly [string, string]): string {
  const key = /^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name);
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return `  ${key}: { values: [${JSON.stringify(value)}] }`;
  if (Number.isInteger(number) && number > 0) {
    return `  ${key}: { low: ${Math.max(1, Math.floor(number / 2))}, high: ${number * 2}, type: int }`;
  }
  if (number > 0) return `  ${key}: { low: ${plain(number / 10)}, high: ${plain(number * 10)}, log: true }`;
  return `  ${key}: ${value}`;
}

const plain = (number: number) => String(Number(number.toPrecision(6)));
