/** Texts in the index: put in, kept compressed, taken out. Everything runs within the caller's transaction. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { FileText, MissingFile, RecordKind, RecordRef } from '../../../domain/search/ports.ts';
import { wordsIn } from '../../../domain/shared/words.ts';
import type { Connection } from '../connection.ts';
import { type RecordText, recordText, someRecords } from './records.ts';

const sql = {
  find: 'SELECT id, title, body, owner FROM texts WHERE key = ?',
  insert: 'INSERT INTO texts (key, kind, source, ref, title, lang, owner, at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  insertFile: `INSERT INTO texts (key, kind, source, ref, title, lang, chunk, start, length)
    VALUES (?1, ?2, 'file', ?3, ?3, ?4, ?5, ?6, ?7)`,
  insertChunk: 'INSERT INTO chunks (texts, body) VALUES (?, ?)',
  leaveChunk: 'UPDATE chunks SET texts = texts - 1 WHERE id = (SELECT chunk FROM texts WHERE id = ?)',
  dropChunk: 'DELETE FROM chunks WHERE texts <= 0 AND id = (SELECT chunk FROM texts WHERE id = ?)',
  body: `SELECT t.body, c.body AS chunk, t.start, t.length FROM texts t LEFT JOIN chunks c ON c.id = t.chunk
    WHERE t.id = ?`,
  update: 'UPDATE texts SET title = ?, owner = ?, at = ?, body = ? WHERE id = ?',
  touch: 'UPDATE texts SET owner = ?, at = ? WHERE id = ?',
  remove: 'DELETE FROM texts WHERE id = ?',
  addWords: 'INSERT INTO words (rowid, name, body) VALUES (?, ?, ?)',
  dropWords: 'DELETE FROM words WHERE rowid = ?',
  missing: `SELECT value ->> '$.path' AS path, value ->> '$.blob' AS blob FROM json_each(?)
    WHERE NOT EXISTS (SELECT 1 FROM texts WHERE key = 'file:' || (value ->> '$.blob') || ':' || (value ->> '$.path'))`,
} as const;

type Kept = { readonly id: number; readonly title: string; readonly body: Uint8Array | null };

export function fileKey({ blob, path }: MissingFile): string {
  return `file:${blob}:${path}`;
}

/** The text of a record or a file. */
export function bodyOf(connection: Connection, id: number): string {
  const row = connection.statement(sql.body).get(id);
  if (row === undefined || row.chunk === null) return unpack(row?.body);
  const start = Number(row.start);
  const chunk = brotliDecompressSync(row.chunk as Uint8Array);
  return chunk.toString('utf8', start, start + Number(row.length));
}

function unpack(body: unknown): string {
  return body instanceof Uint8Array ? brotliDecompressSync(body).toString('utf8') : '';
}

/** Fast, and small enough: what is kept is read for a page of hits alone. */
function pack(text: string): Uint8Array {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}

function spelled(text: string): string {
  return wordsIn(text)
    .map((word) => word.text)
    .join(' ');
}

function drop(connection: Connection, id: number): void {
  connection.statement(sql.leaveChunk).run(id);
  connection.statement(sql.dropChunk).run(id);
  connection.statement(sql.dropWords).run(id);
  connection.statement(sql.remove).run(id);
}

/** Reads records as they are now; one that is gone is forgotten. */
export function refreshRecords(connection: Connection, records: readonly RecordRef[]): void {
  for (const { kind, id } of records) {
    const text = recordText(connection, kind, id);
    if (text) putRecord(connection, kind, text);
    else forgetRecord(connection, { kind, id });
  }
}

const swept = 200;

export function sweepRecords(
  connection: Connection,
  { kind, after }: { readonly kind: RecordKind; readonly after: number },
): number | null {
  const records = someRecords(connection, kind, { after, limit: swept });
  for (const record of records) putRecord(connection, kind, record);
  return records.length < swept ? null : (records.at(-1)?.number ?? null);
}

function forgetRecord(connection: Connection, { kind, id }: RecordRef): void {
  const kept = connection.statement(sql.find).get(`${kind}:${id}`) as Kept | undefined;
  if (kept) drop(connection, kept.id);
}

/** Its words are written anew only when they changed. */
function putRecord(connection: Connection, kind: RecordKind, record: RecordText): void {
  const { id, title, owner, at } = record;
  const body = record.body ?? '';
  const kept = connection.statement(sql.find).get(`${kind}:${id}`) as Kept | undefined;
  if (kept === undefined) {
    const shown = kind === 'logged-model' ? 'model' : kind;
    const insert = connection.statement(sql.insert);
    const { lastInsertRowid } = insert.run(`${kind}:${id}`, shown, kind, id, title, null, owner, at, pack(body));
    addWords(connection, Number(lastInsertRowid), { name: title, body });
  } else if (kept.title === title && unpack(kept.body) === body) {
    connection.statement(sql.touch).run(owner, at, kept.id);
  } else {
    connection.statement(sql.dropWords).run(kept.id);
    connection.statement(sql.update).run(title, owner, at, pack(body), kept.id);
    addWords(connection, kept.id, { name: title, body });
  }
}

function addWords(
  connection: Connection,
  id: number,
  { name, body }: { readonly name: string; readonly body: string },
): void {
  connection.statement(sql.addWords).run(id, spelled(name), spelled(body));
}

export function missingFiles(connection: Connection, files: readonly MissingFile[]): readonly MissingFile[] {
  const rows = connection.statement(sql.missing).all(JSON.stringify(files));
  return rows.map(({ path, blob }) => ({ path: String(path), blob: String(blob) }));
}

type Added = { readonly texts: readonly FileText[]; readonly unreadable: readonly MissingFile[] };

/** The larger, the smaller it gets, and the longer it takes to read one text of it. */
const chunkLength = 262_144;

export function addFiles(connection: Connection, { texts, unreadable }: Added): void {
  const isNew = (file: MissingFile) => connection.statement(sql.find).get(fileKey(file)) === undefined;
  for (const chunk of chunksOf(texts.filter(isNew))) addChunk(connection, chunk);
  const insert = connection.statement(sql.insertFile);
  for (const file of unreadable.filter(isNew)) insert.run(fileKey(file), '', file.path, null, null, null, null);
}

function chunksOf(texts: readonly FileText[]): readonly (readonly FileText[])[] {
  const chunks: FileText[][] = [];
  let length = chunkLength;
  for (const file of texts) {
    if (length + file.text.length > chunkLength) {
      chunks.push([]);
      length = 0;
    }
    chunks.at(-1)?.push(file);
    length += file.text.length;
  }
  return chunks;
}

function addChunk(connection: Connection, files: readonly FileText[]): void {
  const body = pack(files.map(({ text }) => text).join(''));
  const chunk = Number(connection.statement(sql.insertChunk).run(files.length, body).lastInsertRowid);
  let start = 0;
  for (const file of files) {
    const { path, kind, lang, text } = file;
    const insert = connection.statement(sql.insertFile);
    const bytes = Buffer.byteLength(text);
    const { lastInsertRowid } = insert.run(fileKey(file), kind, path, lang, chunk, start, bytes);
    addWords(connection, Number(lastInsertRowid), { name: path, body: text });
    start += bytes;
  }
}

export function dropTexts(connection: Connection, ids: readonly number[]): void {
  for (const id of ids) drop(connection, id);
}
