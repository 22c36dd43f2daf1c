/**
 * `npm run bench` lists the suites; `npm run bench -- SUITE [--json] [--only TEXT]
 * [--minutes N]` runs one. With --json each figure is one line, and the last line is the machine.
 */
import { cpus, totalmem } from 'node:os';
import { compute } from './compute/suite.ts';
import type { Figure } from './figure.ts';
import { toFigure } from './figure.ts';
import { foundation } from './foundation/suite.ts';
import { manage } from './manage/suite.ts';
import { panels } from './panels/suite.ts';
import { soak } from './soak/suite.ts';
import type { Suite } from './suite.ts';
import { tracking } from './tracking/suite.ts';

const suites: readonly Suite[] = [foundation, panels, tracking, manage, compute, soak];

const words = process.argv.slice(2);
const json = words.includes('--json');
const after = (flag: string) => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined);
const only = after('--only');
const minutes = Number(after('--minutes') ?? 60);
const suite = suites.find((each) => each.name === words[0]);

const machine = {
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: process.platform,
  },
};

function bar(ratio: number): string {
  const blocks = Number.isFinite(ratio) ? Math.min(20, Math.max(1, Math.round(ratio * 10))) : 0;
  return '█'.repeat(blocks);
}

function row(figure: Figure): string {
  if ('skipped' in figure) return `${figure.name.padEnd(46)} skipped: ${figure.skipped}`;
  const number = (value: number) =>
    value.toLocaleString('en', { maximumSignificantDigits: 4, useGrouping: false }).padStart(9);
  const verdict = figure.ok === null ? '     ' : figure.ok ? 'ok   ' : 'MISS ';
  const compared = Number.isNaN(figure.ratio) ? '' : `${bar(figure.ratio)} ${figure.ratio.toFixed(2)}×`;
  const peer = figure.peer === null ? '         ' : number(figure.peer);
  return `${figure.name.padEnd(46)} ${number(figure.ours)} ${peer} ${figure.unit.padEnd(7)} ${verdict} ${(figure.goal ?? '').padEnd(20)} ${compared}`;
}

async function run(chosen: Suite): Promise<boolean> {
  if (!json) console.log(`${''.padEnd(46)}      ours      peer`);
  let met = true;
  for (const { name, read } of chosen.figures) {
    if (only && !name.includes(only)) continue;
    let figures: readonly Figure[];
    try {
      figures = (await read({ minutes })).map((reading) => toFigure(chosen.name, reading));
    } catch (error) {
      figures = [{ suite: chosen.name, name, skipped: error instanceof Error ? error.message : String(error) }];
    }
    for (const figure of figures) {
      met &&= !('ok' in figure && figure.ok === false);
      console.log(json ? JSON.stringify(figure) : row(figure));
    }
  }
  console.log(json ? JSON.stringify(machine) : `\n${JSON.stringify(machine.machine)}`);
  return met;
}

if (!(minutes > 0)) {
  console.error('--minutes is not a number of minutes');
  process.exit(2);
}
if (!suite) {
  console.log('suites:');
  for (const each of suites) console.log(`  ${each.name.padEnd(14)} ${each.about}`);
  process.exit(words.length > 0 && !words[0]?.startsWith('--') ? 2 : 0);
}
process.exit((await run(suite)) ? 0 : 1);
