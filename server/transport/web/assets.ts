/**
 * The bundles of the panels. Served from the build folder by a closed set of
 * names, with the hash of their content as ETag; a file whose name carries its
 * hash never changes and is kept by the browser.
 */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, Response } from 'express';
import { DomainError } from '../../domain/shared/errors.ts';

type Asset = { readonly modifiedAt: number; readonly etag: string; readonly content: Buffer; readonly packed: Buffer };

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
  ttf: 'font/ttf',
};

/** No folders, no dot files, no maps. */
const fileName = /^[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.(js|css|svg|woff2|ttf)$/;
const hashedName = /-[A-Z0-9]{8}\.\w+$/;

export class Assets {
  readonly #folder: string;
  readonly #cached = new Map<string, Asset>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async serve(request: Request<{ name: string }>, response: Response): Promise<void> {
    const { name } = request.params;
    const [, extension = ''] = fileName.exec(name) ?? [];
    const asset = extension === '' ? null : await this.#load(name);
    if (asset === null) throw new DomainError('not-found', 'There is no such file');
    response.set({
      'content-type': types[extension],
      'cache-control': hashedName.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: asset.etag,
      vary: 'accept-encoding',
    });
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    const isPacked = request.acceptsEncodings('gzip') !== false;
    if (isPacked) response.set('content-encoding', 'gzip');
    response.end(isPacked ? asset.packed : asset.content);
  }

  async #load(name: string): Promise<Asset | null> {
    const file = join(this.#folder, name);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) return null;
    const cached = this.#cached.get(name);
    if (cached?.modifiedAt === found.mtimeMs) return cached;
    const content = await readFile(file);
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    const asset = { modifiedAt: found.mtimeMs, etag, content, packed: await promisify(gzip)(content) };
    this.#cached.set(name, asset);
    return asset;
  }
}
