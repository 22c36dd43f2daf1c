/** Links to places: what is written is read back, and what is no place is none. */
import assert from 'node:assert/strict';
import { readLink, sameServer, writeLink } from '../../../extension/platform/placeLink.ts';
import type { PanelPlace } from '../../../protocol/panel.ts';

const uriOf = (link: string) => {
  const { pathname, search } = new URL(link);
  return { path: pathname, query: search.slice(1) };
};

describe('links to places', () => {
  it('reads back what it wrote', () => {
    const place: PanelPlace = { panel: 'experiments', experimentId: '7', viewId: '0123abcd-0000' };
    const link = writeLink('vscode', { place, server: 'https://flywheel.example.org/a b' });
    assert.ok(link.startsWith('vscode://flywheel.flywheel/open?'));
    assert.deepEqual(readLink(uriOf(link)), { place, server: 'https://flywheel.example.org/a b' });
  });

  it('keeps the order of compared runs, and their baseline', () => {
    const place: PanelPlace = { panel: 'compare', runIds: ['b', 'a', 'c'], baseline: 'a' };
    assert.deepEqual(readLink(uriOf(writeLink('vscode', { place, server: null }))), { place, server: null });
    assert.equal(readLink({ path: '/open', query: 'panel=compare&runIds=a' }), null);
    assert.equal(readLink({ path: '/open', query: 'panel=compare&runIds=a,a' }), null);
    assert.equal(readLink({ path: '/open', query: 'panel=compare' }), null);
  });

  it('takes nothing else for a place', () => {
    assert.equal(readLink({ path: '/open', query: 'panel=experiments&viewId=../../x' }), null);
    assert.equal(readLink({ path: '/open', query: 'panel=run' }), null);
    assert.equal(readLink({ path: '/command', query: 'panel=home' }), null);
    assert.equal(readLink({ path: '/open', query: '' }), null);
  });

  it('tells servers apart by their address', () => {
    assert.ok(sameServer('http://127.0.0.1:7717', 'http://127.0.0.1:7717/'));
    assert.ok(!sameServer('http://127.0.0.1:7717', 'http://127.0.0.1:7718'));
  });
});
