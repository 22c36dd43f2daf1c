/** What pip put into the virtual environment that a workspace has of its own, read from the folders it left. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AddedPackages } from '../../domain/workspaces/ports.ts';

/** `name-version.dist-info`, with the name in the form that folders have: https://packaging.python.org, Recording installed projects. */
const distribution = /^([A-Za-z0-9][A-Za-z0-9._]*)-([A-Za-z0-9][A-Za-z0-9.!+_]*)\.dist-info$/;

export function createAddedPackages(): AddedPackages {
  return {
    read: async ({ home }) => {
      const found: string[] = [];
      for (const version of await namesIn(join(home, 'venv/lib'))) {
        for (const name of await namesIn(join(home, 'venv/lib', version, 'site-packages'))) {
          const [, project = '', release = ''] = distribution.exec(name) ?? [];
          if (project !== '') found.push(`${project.replaceAll('_', '-')}==${release}`);
        }
      }
      return found.sort();
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
