import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, sources } from './sources.ts';

type Manifest = {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
  };
};

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const contributed = manifest.contributes.commands.map((each) => each.command);
const texts = sources()
  .filter((source) => source.file.startsWith('extension/'))
  .map((source) => ({ file: source.file, text: readFileSync(join(root, source.file), 'utf8') }));

describe('the extension', () => {
  it('reaches git by its one entry, which is a bundle of its own', () => {
    const other = /^(?!import type).*client\/snapshot\/(?!main\.ts)/m;
    assert.deepEqual(
      texts.filter(({ text }) => other.test(text)).map(({ file }) => file),
      [],
    );
  });
});

describe('commands', () => {
  it('are registered in one place', () => {
    const registering = texts.filter(({ text }) => text.includes('commands.registerCommand(')).map(({ file }) => file);
    assert.deepEqual(registering, ['extension/platform/commands.ts']);
  });

  it('in the manifest are known to the code', () => {
    const all = texts.map(({ text }) => text).join('\n');
    const unknown = contributed.filter((id) => !all.includes(`'${id}'`));
    assert.deepEqual(unknown, []);
  });

  it('have a category, so that the palette groups them', () => {
    const without = manifest.contributes.commands
      .filter((each) => each.category !== 'Flywheel')
      .map((each) => each.command);
    assert.deepEqual(without, []);
  });

  it('in menus exist', () => {
    const inMenus = Object.values(manifest.contributes.menus).flatMap((items) =>
      items.flatMap((item) => item.command ?? []),
    );
    const unknown = inMenus.filter((id) => id.startsWith('flywheel.') && !contributed.includes(id));
    assert.deepEqual(unknown, []);
  });
});
