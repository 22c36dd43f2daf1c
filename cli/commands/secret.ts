/** `flywheel secret`: values come from standard input, never from an argument, which other processes could see. */
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import { secretName, secretValue } from '../../protocol/model/secret.ts';
import { moment, oneLine, table } from '../output.ts';
import { withServer } from '../server.ts';

type Whose = { readonly project?: string };

export function addSecret(program: Command): void {
  const secret = program.command('secret').description('Secrets that runs are given by name.');
  secret
    .command('set')
    .description('Add a secret or replace it; its value is read from standard input.')
    .argument('<name>')
    .option('--project <id>', "the project's; otherwise your own")
    .action(async (name: string, options: Whose, command: Command) => set(name, options, command));
  secret
    .command('list')
    .description('Names of secrets, never their values.')
    .option('--project <id>', "the project's; otherwise your own")
    .action(async (options: Whose, command: Command) => list(options, command));
  secret
    .command('delete')
    .description('Delete a secret.')
    .argument('<name>')
    .option('--project <id>', "the project's; otherwise your own")
    .action(async (name: string, options: Whose, command: Command) => remove(name, options, command));
}

async function set(name: string, { project }: Whose, command: Command): Promise<void> {
  refuse('name', secretName.safeParse(name).error?.issues[0]?.message);
  if (process.stdin.isTTY) console.error('Type or paste the value, then end with Ctrl+D:');
  // What `echo` puts behind it is no part of it.
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  refuse('value', secretValue.safeParse(value).error?.issues[0]?.message);
  await withServer(command, ({ connection: { client } }) =>
    project === undefined
      ? client.secrets.setOwn({ name, value })
      : client.secrets.set({ projectId: project, name, value }),
  );
  console.error(oneLine(`The secret ${name} is set.`));
}

/** Here, so that a value that is refused does not travel. */
function refuse(field: string, problem: string | undefined): void {
  if (problem === undefined) return;
  throw new ClientError('invalid-input', `The ${field} of a secret: ${problem}.`, { field });
}

async function list({ project }: Whose, command: Command): Promise<void> {
  const secrets = await withServer(command, ({ connection: { client } }) =>
    project === undefined ? client.secrets.listOwn() : client.secrets.list({ projectId: project }),
  );
  const rows = secrets.map(({ name, updatedBy, updatedAt }) => [name, updatedBy.name, moment(updatedAt)]);
  console.log(table(['NAME', 'SET BY', 'SET AT'], rows));
}

async function remove(name: string, { project }: Whose, command: Command): Promise<void> {
  await withServer(command, ({ connection: { client } }) =>
    project === undefined ? client.secrets.deleteOwn({ name }) : client.secrets.delete({ projectId: project, name }),
  );
  console.error(oneLine(`The secret ${name} is deleted.`));
}
