/**
 * Who may call what, for people: `docs/permissions.md` says it of every entry
 * as the contract does, which is what the server checks. UPDATE_SNAPSHOT=1
 * writes it anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from '../../protocol/model/access.ts';
import { projectRoles } from '../../protocol/model/session.ts';
import { accessOf, contractEntries } from '../../server/transport/http/contractRouter.ts';

const file = join(import.meta.dirname, '../../docs/permissions.md');

const introduction = `# Who may do what

Roles in a project are viewer, contributor and owner; each may do what the one before may. A role is a person's own or that of a
group that they are in; the higher one counts. Administrators of the server may do everything everywhere, auditors may read its event
log. Service accounts have roles like people; owners look after those of their project, administrators after all accounts. A token
that is limited to a project has one role there, and none elsewhere. What a person may not see does not exist for them: the answer is
*not found*.

Entries that need only to be signed in show what one may see. The test of the access matrix calls every entry as every kind of
caller, over both wires.

| entry | anyone signed in | viewer | contributor | owner | auditor | administrator | of what |
|---|---|---|---|---|---|---|---|
`;

function cells(access: Access): readonly string[] {
  if (access.kind === 'signed-in') return ['yes', 'yes', 'yes', 'yes', 'yes', 'yes', ''];
  if (access.kind === 'admin') return ['', '', '', '', '', 'yes', ''];
  if (access.kind === 'auditor') return ['', '', '', '', 'yes', 'yes', ''];
  if (access.kind === 'account') return ['', '', '', 'yes', '', 'yes', `\`${access.of}\``];
  const least = projectRoles.indexOf(access.role);
  const roles = projectRoles.map((_, at) => (at >= least ? 'yes' : ''));
  return ['', ...roles, '', 'yes', `\`${access.of}\``];
}

describe('the table of permissions', () => {
  it('says of every entry what the server checks', () => {
    const rows = contractEntries().map((entry) => {
      const name = `\`${entry.namespace}.${entry.name}\``;
      return `| ${[name, ...cells(accessOf(entry))].join(' | ')} |\n`;
    });
    const now = introduction + rows.sort().join('');
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(file, now);
    assert.equal(readFileSync(file, 'utf8'), now, 'write it anew with UPDATE_SNAPSHOT=1');
  });
});
