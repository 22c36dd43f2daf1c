/**
 * The catalog that an administrator edits by hand, in catalog.json through
 * lowdb. It is read again whenever the file changes; a mistake in it is named
 * by line and kept out, so that what was good before stays in force.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { Low } from 'lowdb';
import { DataFile } from 'lowdb/node';
import type { Host } from '../../../protocol/model/host.ts';
import type { Stage } from '../../../protocol/model/project.ts';
import type { Tier } from '../../../protocol/model/tier.ts';
import type { Catalog } from '../../domain/compute/ports.ts';
import type { StageList } from '../../domain/projects/ports.ts';
import { type CatalogModel, catalogModel, firstCatalog } from './catalogModel.ts';
import { type CatalogReading, readCatalog } from './readCatalog.ts';

/** With a broken file at the start there is nothing good yet: then nothing is offered, rather than something made up. */
const nothing: CatalogModel = catalogModel.parse({ tiers: [] });
const lookMilliseconds = 500;

export class DocumentCatalog implements Catalog, StageList {
  readonly #file: string;
  readonly #document: Low<CatalogReading | null>;
  readonly #listeners = new Set<() => void>();
  #inForce = nothing;
  #problem: string | null = null;

  private constructor(file: string) {
    this.#file = file;
    const source = new DataFile<CatalogReading | null>(file, { parse: readCatalog, stringify });
    this.#document = new Low<CatalogReading | null>(source, null);
  }

  /** Writes a first catalog where there is none. */
  static async open(file: string): Promise<DocumentCatalog> {
    const catalog = new DocumentCatalog(file);
    await catalog.#document.read();
    if (catalog.#document.data === null) {
      catalog.#document.data = { ok: true, catalog: firstCatalog() };
      await catalog.#document.write();
    }
    catalog.#take(catalog.#document.data);
    // By looking at the file: a watch on the folder would wake with each commit of the database beside it,
    // and one on the file is lost when an editor replaces it.
    watchFile(file, { interval: lookMilliseconds, persistent: false }, () => void catalog.reload());
    return catalog;
  }

  /** Reads the file again, now. */
  async reload(): Promise<void> {
    const before = JSON.stringify([this.#inForce, this.#problem]);
    this.#take(await this.#read());
    if (before === JSON.stringify([this.#inForce, this.#problem])) return;
    for (const listener of this.#listeners) listener();
  }

  tiers(): readonly Tier[] {
    return this.#inForce.tiers;
  }

  tier(id: string): Tier | null {
    return this.#inForce.tiers.find((tier) => tier.id === id) ?? null;
  }

  hosts(): readonly Host[] {
    return this.#inForce.hosts;
  }

  stages(): readonly Stage[] {
    return this.#inForce.stages;
  }

  currency(): string {
    return this.#inForce.currency;
  }

  defaults(): ReturnType<Catalog['defaults']> {
    return this.#inForce.defaults;
  }

  problem(): string | null {
    return this.#problem;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    unwatchFile(this.#file);
    this.#listeners.clear();
  }

  async #read(): Promise<CatalogReading> {
    this.#document.data = null;
    try {
      await this.#document.read();
      return this.#document.data ?? { ok: false, problem: 'the file is gone' };
    } catch (error) {
      return { ok: false, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  #take(reading: CatalogReading): void {
    if (reading.ok) this.#inForce = reading.catalog;
    this.#problem = reading.ok ? null : `catalog.json ${reading.problem}`;
  }
}

function stringify(reading: CatalogReading | null): string {
  return reading?.ok ? `${JSON.stringify(reading.catalog, null, 2)}\n` : '';
}
