/** Reads flywheel.yaml: which jobs it defines, and by line what is wrong in it. A wrong job takes no other along. */
import type { Document, LineCounter, Node } from 'yaml';
import type * as z from 'zod';
import {
  type DefinedJob,
  type JobProblem,
  jobDefinition,
  jobFile,
  jobName,
  type ReadJobFile,
} from '../../../protocol/model/job.ts';
import type { JobFileReader } from '../../domain/jobs/ports.ts';
import { jobLinks } from './jobLinks.ts';

/** The parser is fetched when a file is first read: most servers rest without it. */
export function createJobFileReader(): JobFileReader {
  return {
    read: async (text) => {
      const { LineCounter, parseDocument } = await import('yaml');
      const lines = new LineCounter();
      const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
      return new JobFile(document, lines).read();
    },
  };
}

type Path = readonly (string | number)[];

class JobFile {
  readonly #document: Document;
  readonly #lines: LineCounter;
  readonly #problems: JobProblem[] = [];

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  read(): ReadJobFile {
    for (const { message, pos } of this.#document.errors) this.#add(pos[0], null, message);
    if (this.#problems.length > 0) return this.#result([]);
    const value: unknown = this.#plainValue();
    const whole = jobFile.safeParse(value);
    const issues = whole.success ? [] : whole.error.issues;
    for (const issue of issues) this.#addIssue(issue);
    const jobs = this.#jobs(value);
    for (const { path, message } of jobLinks(jobs)) this.#add(this.#offsetOf(path), path, message);
    const broken = new Set(this.#problems.map(({ field }) => /^jobs\.([^.]+)/.exec(field ?? '')?.[1]));
    return this.#result(jobs.filter(({ name }) => !broken.has(name)));
  }

  /** Anchors that multiply without end are refused by the library. */
  #plainValue(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: 100 });
    } catch (error) {
      this.#add(0, null, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #jobs(value: unknown): DefinedJob[] {
    const all = (value as { readonly jobs?: unknown } | null)?.jobs;
    if (typeof all !== 'object' || all === null) return [];
    return Object.entries(all).flatMap(([name, raw]) => {
      const parsed = jobDefinition.safeParse(raw);
      if (!parsed.success || !jobName.safeParse(name).success) return [];
      return [{ name, line: this.#lines.linePos(this.#offsetOf(['jobs', name])).line, definition: parsed.data }];
    });
  }

  #addIssue(issue: z.core.$ZodIssue): void {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code !== 'unrecognized_keys') {
      this.#add(this.#offsetOf(path), path, sentence(issue, path));
      return;
    }
    for (const key of issue.keys) {
      const whole = [...path, key];
      this.#add(this.#offsetOf(whole), whole, `${key} is not known here. Check how it is written, or leave it out.`);
    }
  }

  #add(offset: number, path: Path | null, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    const field = path === null || path.length === 0 ? null : path.join('.');
    this.#problems.push({ line: Math.max(1, line), column: Math.max(1, col), field, message });
  }

  /** Of the key that the path leads to, or of the nearest thing above it that is there. */
  #offsetOf(path: Path): number {
    let offset = 0;
    let node: unknown = this.#document.contents;
    for (const part of path) {
      const items: readonly unknown[] = (node as { readonly items?: readonly unknown[] } | null)?.items ?? [];
      const item = typeof part === 'number' ? items[part] : items.find((each) => keyOf(each) === part);
      if (item === undefined) return offset;
      const at = startOf((item as { readonly key?: unknown }).key ?? item);
      offset = at ?? offset;
      node = (item as { readonly value?: unknown }).value ?? item;
    }
    return offset;
  }

  #result(jobs: readonly DefinedJob[]): ReadJobFile {
    return { jobs, problems: this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
  }
}

function keyOf(pair: unknown): string | null {
  const key = (pair as { readonly key?: { readonly value?: unknown } } | null)?.key;
  return key === undefined || key === null ? null : String(key.value);
}

function startOf(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}

function sentence(issue: z.core.$ZodIssue, path: Path): string {
  const what = path.length === 0 ? 'The file' : String(path.at(-1));
  if (issue.code === 'invalid_type' && issue.input === undefined) return `${what} is missing.`;
  return `${what}: ${issue.message}.`;
}
