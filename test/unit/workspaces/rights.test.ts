import assert from 'node:assert/strict';
import type { ProjectRole } from '../../../protocol/model/session.ts';
import type { Sharing } from '../../../protocol/model/workspace.ts';
import { rightsIn } from '../../../server/domain/workspaces/workspaceAccess.ts';

const ofAda = (sharing: Sharing, userId: string, role: ProjectRole | null) => {
  const { visible, open, run, change, share } = rightsIn({ ownerId: 'ada', sharing }, { userId, role });
  const words = [visible && 'see', open && `open ${open}`, run && 'run', change && 'change', share && 'share'];
  return words.filter(Boolean).join(', ');
};

describe('what people may do with a workspace of Ada', () => {
  const rows: readonly (readonly [Sharing, string, ProjectRole | null, string])[] = [
    ['private', 'ada', 'contributor', 'see, open full, run, change, share'],
    ['private', 'ada', 'viewer', ''],
    ['private', 'ada', null, ''],
    ['private', 'ben', 'contributor', ''],
    ['private', 'lea', 'owner', 'see, run, change'],
    ['read', 'ben', 'contributor', 'see, open read'],
    ['read', 'vic', 'viewer', 'see, open read'],
    ['read', 'lea', 'owner', 'see, open read, run, change'],
    ['read', 'eve', null, ''],
    ['together', 'ben', 'contributor', 'see, open full, run'],
    ['together', 'vic', 'viewer', 'see, open read'],
    ['together', 'lea', 'owner', 'see, open full, run, change'],
    ['together', 'eve', null, ''],
  ];
  for (const [sharing, who, role, may] of rows) {
    it(`${sharing}: ${who} as ${role ?? 'nobody in the project'} may ${may || 'nothing'}`, () => {
      assert.equal(ofAda(sharing, who, role), may);
    });
  }
});
