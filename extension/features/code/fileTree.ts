/** A flat list of files as folders. Pure. */
export type Listed<T> =
  | { readonly kind: 'file'; readonly file: T }
  | { readonly kind: 'folder'; readonly entries: ReadonlyMap<string, 'file' | 'folder'> };

export class FileTree<T> {
  readonly #files: ReadonlyMap<string, T>;
  readonly #folders = new Map<string, Map<string, 'file' | 'folder'>>([['', new Map()]]);

  constructor(files: ReadonlyMap<string, T>) {
    this.#files = files;
    for (const path of files.keys()) this.#add(path, 'file');
  }

  get files(): ReadonlyMap<string, T> {
    return this.#files;
  }

  /** Null for what is not there. */
  at(path: string): Listed<T> | null {
    const file = this.#files.get(path);
    if (file !== undefined) return { kind: 'file', file };
    const entries = this.#folders.get(path);
    return entries ? { kind: 'folder', entries } : null;
  }

  #add(path: string, kind: 'file' | 'folder'): void {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(0, slash));
    const entries = this.#folders.get(parent);
    if (entries) entries.set(path.slice(slash + 1), kind);
    else {
      this.#folders.set(parent, new Map([[path.slice(slash + 1), kind]]));
      this.#add(parent, 'folder');
    }
  }
}
