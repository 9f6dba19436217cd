import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Audited, type AuditQuery, takenAt } from '../core/audit.ts';
import { readEntry } from '../core/chain.ts';
import { chainFile, chainFiles, type Spot } from './auditfile.ts';
import { linesOf, piecesOf, textOf } from './auditlines.ts';
import { sqlite } from './sqlite.ts';

/** The shape of the tables; an index of another shape is made anew. */
const SHAPE = 1;
/** `post` says under which terms (who, what, where) an entry is found; `n` is how many entries a term has. */
const TABLES = `
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;
CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS term (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, n INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS post (term INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (term, seq)) WITHOUT ROWID;
PRAGMA user_version = ${SHAPE};`;
/** Entries indexed at once. */
const BATCH = 500;

/** Finds entries of a chain's files. It can be thrown away: it is made again from them. */
export class AuditIndex {
  readonly #db: DatabaseSync;
  readonly #dir: string;
  readonly #prepared = new Map<string, StatementSync>();

  private constructor(db: DatabaseSync, dir: string) {
    this.#db = db;
    this.#dir = dir;
  }

  /** Opens it, and reads what is in the files and not in it. One that is damaged, or of other files, is made anew. */
  static async open(dir: string): Promise<AuditIndex> {
    const path = `${dir}/index.sqlite`;
    const { DatabaseSync } = await sqlite();
    for (const anew of [false, true]) {
      if (anew) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      let db: DatabaseSync | undefined;
      try {
        closeSync(openSync(path, 'a', 0o600)); // who asked for what is for nobody else to read; what stands beside it has the same rights
        chmodSync(path, 0o600);
        db = new DatabaseSync(path);
        const shape = db.prepare('PRAGMA user_version').get()?.user_version;
        if (shape !== 0 && shape !== SHAPE) throw new Error('of another shape');
        db.exec(TABLES);
        const index = new AuditIndex(db, dir);
        if (!index.#fits()) throw new Error('of other files');
        await index.catchUp();
        return index;
      } catch (error) {
        db?.close();
        if (anew) throw error;
      }
    }
    throw new Error('unreachable');
  }

  #sql(text: string): StatementSync {
    const known = this.#prepared.get(text) ?? this.#db.prepare(text);
    this.#prepared.set(text, known);
    return known;
  }

  /** The last entry it knows; undefined when it is empty. */
  last(): (Spot & { readonly seq: number }) | undefined {
    const [row] = this.#spots('SELECT seq, file, offset, length FROM entry ORDER BY seq DESC LIMIT 1', []);
    return row;
  }

  #spots(sql: string, values: readonly (number | string)[]): (Spot & { readonly seq: number })[] {
    return this.#sql(sql)
      .all(...values)
      .map(({ seq, file, offset, length }) => ({ seq: Number(seq), file: Number(file), offset: Number(offset), length: Number(length) }));
  }

  /** Whether the last entry stands where the index says. */
  #fits(): boolean {
    const last = this.last();
    if (!last) return true;
    try {
      return entryAt(this.#dir, last)?.seq === last.seq;
    } catch {
      return false;
    }
  }

  /** Reads what the files have and it has not. */
  async catchUp(): Promise<void> {
    const last = this.last();
    for (const { path, first } of chainFiles(this.#dir)) {
      if (last && first < last.file) continue;
      const from = last?.file === first ? last.offset + last.length + 1 : 0;
      let some: (readonly [Audited, Spot])[] = [];
      for await (const { bytes, offset, torn } of linesOf(piecesOf(path, from))) {
        const entry = torn ? undefined : readEntry(textOf(bytes) ?? '');
        if (entry) some.push([entry, { file: first, offset: from + offset, length: bytes.length }]);
        if (some.length < BATCH) continue;
        this.add(some);
        some = [];
        await new Promise(setImmediate); // a long file does not keep everything else waiting
      }
      this.add(some);
    }
  }

  /** Adds entries that are in the files; one that is known already changes nothing. */
  add(entries: readonly (readonly [Audited, Spot])[]): void {
    if (entries.length === 0) return;
    const counts = new Map<string, number[]>();
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const put = this.#sql('INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?)');
      for (const [entry, { file, offset, length }] of entries) {
        if (put.run(entry.seq, takenAt(entry), file, offset, length).changes === 0) continue;
        for (const term of termsOf(entry)) {
          const seqs = counts.get(term) ?? [];
          seqs.push(entry.seq);
          counts.set(term, seqs);
        }
      }
      const count = this.#sql('INSERT INTO term (text, n) VALUES (?, ?) ON CONFLICT (text) DO UPDATE SET n = n + excluded.n RETURNING id');
      const post = this.#sql('INSERT OR IGNORE INTO post VALUES (?, ?)');
      for (const [term, seqs] of counts) {
        const id = Number(count.get(term, seqs.length)?.id);
        for (const seq of seqs) post.run(id, seq);
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** What fits the query, the newest first. */
  find(query: AuditQuery): Audited[] {
    const terms = termsFor(query).map((text) => this.#sql('SELECT id, n FROM term WHERE text = ?').get(text));
    if (terms.includes(undefined)) return [];
    // The rarest is gone through, and the others are asked of each of its entries.
    const [rarest, ...others] = terms.sort((a, b) => Number(a?.n) - Number(b?.n)).map((term) => Number(term?.id));
    const from = query.from === undefined ? 0 : this.#firstSince(query.from);
    const to = Math.min(query.before ?? Number.MAX_SAFE_INTEGER, query.to === undefined ? Number.MAX_SAFE_INTEGER : this.#firstSince(query.to + 1));
    const joins = others.map((_, i) => `CROSS JOIN post o${i} ON o${i}.term = ? AND o${i}.seq = e.seq`).join(' ');
    const table = rarest === undefined ? 'entry e' : `post p ${joins.replaceAll('e.seq', 'p.seq')} CROSS JOIN entry e ON e.seq = p.seq`;
    const by = rarest === undefined ? 'e.seq' : 'p.seq';
    const where = rarest === undefined ? '' : 'p.term = ? AND ';
    const sql = `SELECT e.seq, e.file, e.offset, e.length FROM ${table} WHERE ${where}${by} >= ? AND ${by} < ? ORDER BY ${by} DESC LIMIT ?`;
    const found = this.#spots(sql, [...others, ...(rarest === undefined ? [] : [rarest]), from, to, query.limit]);
    return found.flatMap((spot) => entryAt(this.#dir, spot) ?? []);
  }

  /** The first entry that was taken at this time or later; time grows with the number. */
  #firstSince(time: number): number {
    let [low, high] = [0, (this.last()?.seq ?? 0) + 1];
    const next = this.#sql('SELECT seq, time FROM entry WHERE seq >= ? ORDER BY seq LIMIT 1');
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle);
      if (row === undefined || Number(row.time) >= time) high = middle;
      else low = Number(row.seq) + 1;
    }
    return low;
  }

  close(): void {
    this.#db.close();
  }
}

/** The entry that stands there; undefined when what stands there is none. */
function entryAt(dir: string, { file, offset, length }: Spot): Audited | undefined {
  for (const piece of piecesOf(chainFile(dir, file), offset, length)) return readEntry(textOf(piece) ?? '');
  return undefined;
}

/** A command and all its first words. */
const wordsOf = (command: string): string[] => command.split(' ').map((_, i, words) => words.slice(0, i + 1).join(' '));

/** Under what an entry is found. Who: who did it, or else who asked for it. */
function termsOf({ kind, by, asker, ticket, command, hosts = [] }: Audited): Set<string> {
  const person = by || asker;
  return new Set([
    `k ${kind}`,
    ...(person ? [`p ${person}`] : []),
    ...(ticket === undefined ? [] : [`t ${ticket}`]),
    ...(command ? wordsOf(command).map((words) => `c ${words}`) : []),
    ...hosts.map((host) => `h ${host}`),
  ]);
}

function termsFor({ kind, person, ticket, command, target }: AuditQuery): string[] {
  return [
    ...(kind === undefined ? [] : [`k ${kind}`]),
    ...(person === undefined ? [] : [`p ${person}`]),
    ...(ticket === undefined ? [] : [`t ${ticket}`]),
    ...(command === undefined ? [] : [`c ${command}`]),
    ...(target === undefined ? [] : [`h ${target}`]),
  ];
}
