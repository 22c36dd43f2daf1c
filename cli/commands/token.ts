/** `flywheel token create`: the secret alone goes to standard output, so that a script can take it. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ClientError } from '../../client/clientError.ts';
import { type ProjectRole, projectRoles } from '../../protocol/model/session.ts';
import { moment } from '../output.ts';
import { withServer } from '../server.ts';

type TokenOptions = {
  readonly name: string;
  readonly project?: string;
  readonly role: ProjectRole;
  readonly days: number | null;
  readonly user?: string;
  readonly json?: boolean;
};

export function addToken(program: Command): void {
  const token = program.command('token').description('Access tokens.');
  token
    .command('create')
    .description('Make a token; its secret is shown once.')
    .option('--name <name>', 'what it is for', 'command line')
    .option('--project <id>', 'only for this project, with the role below')
    .addOption(new Option('--role <role>', 'role in the project').choices([...projectRoles]).default('contributor'))
    .option('--days <days>', 'how long it is valid, or "never" for no end', readDays, 90)
    .option('--user <id>', 'whose token (administrators)')
    .option('--json', 'print the token as JSON')
    .action(async (options: TokenOptions, command: Command) => create(options, command));
}

async function create(options: TokenOptions, command: Command): Promise<void> {
  const { name, project, role, days, user } = options;
  if (!project && command.getOptionValueSource('role') === 'cli') {
    throw new ClientError('invalid-input', 'A role is a role in a project.', { remedy: 'Name it with --project.' });
  }
  const scope = project ? ({ kind: 'project', projectId: project, role } as const) : ({ kind: 'user' } as const);
  const made = await withServer(command, ({ connection }) =>
    connection.client.session.createToken({ name, scope, expiresInDays: days, ...(user ? { userId: user } : {}) }),
  );
  if (options.json) return console.log(JSON.stringify(made));
  const end = made.token.expiresAt === null ? 'without end' : `until ${moment(made.token.expiresAt)}`;
  console.error(
    `Token "${made.token.name}" for ${project ? `${role} in ${project}` : 'all you may do'}, valid ${end}:`,
  );
  console.log(made.secret);
}

function readDays(text: string): number | null {
  if (text === 'never') return null;
  const days = Number(text);
  if (days > 0 && days <= 3650) return days;
  throw new InvalidArgumentError('give a number of days up to 3650, or "never".');
}
