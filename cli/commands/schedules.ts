/** `flywheel schedule`: what runs by itself; made in the editor or a browser, looked after here too. */
import type { Command } from 'commander';
import type { FlywheelClient } from '../../client/connection/connection.ts';
import { moment, oneLine, table } from '../output.ts';
import { withServer } from '../server.ts';

export function addSchedules(program: Command): void {
  const schedules = program.command('schedule').description('What runs by itself.');
  schedules
    .command('list')
    .description('Schedules with their next time.')
    .option('--project <id>', 'only of this project')
    .option('--json', 'print them as JSON')
    .action(async (options: ListOptions, command: Command) => list(options, command));
  const acts: readonly (readonly [string, string, Act])[] = [
    [
      'pause',
      'Hold it back until it is resumed.',
      (client, scheduleId) => client.schedules.update({ scheduleId, paused: true }),
    ],
    [
      'resume',
      'Let it run again, as you.',
      (client, scheduleId) => client.schedules.update({ scheduleId, paused: false }),
    ],
    ['run', 'Run it now, beside its times.', (client, scheduleId) => client.schedules.trigger({ scheduleId })],
    ['delete', 'End it; its runs stay.', (client, scheduleId) => client.schedules.delete({ scheduleId })],
  ];
  for (const [name, about, act] of acts) {
    schedules
      .command(name)
      .description(about)
      .argument('<schedule>', 'id of the schedule')
      .action(async (scheduleId: string, _options: unknown, command: Command) => {
        const done = await withServer(command, ({ connection }) => act(connection.client, scheduleId));
        if ('runId' in done && done.runId !== null) console.log(done.runId);
        else console.error('Done.');
      });
  }
}

type Act = (client: FlywheelClient, scheduleId: string) => Promise<object>;
type ListOptions = { readonly project?: string; readonly json?: boolean };

async function list({ project, json }: ListOptions, command: Command): Promise<void> {
  const found = await withServer(command, ({ connection }) => connection.client.schedules.list({ projectId: project }));
  if (json) return console.log(JSON.stringify(found));
  if (found.length === 0) return console.error('Nothing is scheduled. "Schedule" above a job in VS Code makes one.');
  const rows = found.map((each) => [
    each.id,
    oneLine(each.name),
    each.projectId,
    each.words,
    each.paused ? 'paused' : moment(each.next[0] ?? null),
    each.last?.outcome ?? '',
  ]);
  console.log(table(['SCHEDULE', 'NAME', 'PROJECT', 'WHEN', 'NEXT', 'LAST'], rows));
}
