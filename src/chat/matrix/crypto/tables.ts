import * as idb from 'fake-indexeddb';

/** What the crypto library does to its tables: the arguments of `put`, or of `delete`; `clear` has none. */
export interface Change {
  /** The database, without the prefix that tells one machine's from another's. */
  readonly base: string;
  readonly table: string;
  readonly act: 'put' | 'delete' | 'clear';
  readonly key?: unknown;
  readonly value?: unknown;
}

/** A database whole. */
export interface Base {
  readonly name: string;
  readonly version: number;
  readonly tables: readonly {
    readonly name: string;
    readonly keyPath: string | string[] | null;
    readonly autoIncrement: boolean;
    readonly indexes: readonly { readonly name: string; readonly keyPath: string | string[]; readonly unique: boolean; readonly multiEntry: boolean }[];
    readonly records: readonly (readonly [key: unknown, value: unknown])[];
  }[];
}

// Of IndexedDB (W3C) no more than is used here: the compiler knows no browser.
interface Asked<T> {
  readonly result: T;
  readonly error: unknown;
  onsuccess: unknown;
  onerror: unknown;
  onupgradeneeded?: unknown;
}
interface Table {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexNames: Iterable<string>;
  readonly transaction: Transaction;
  index(name: string): { readonly name: string; readonly keyPath: string | string[]; readonly unique: boolean; readonly multiEntry: boolean };
  createIndex(name: string, keyPath: string | string[], how: { unique: boolean; multiEntry: boolean }): unknown;
  getAll(): Asked<unknown[]>;
  getAllKeys(): Asked<unknown[]>;
  put(value: unknown, key?: unknown): unknown;
  delete(key: unknown): unknown;
  clear(): unknown;
}
interface Transaction {
  readonly db: Database;
  objectStore(name: string): Table;
  addEventListener(type: 'complete' | 'abort', listener: () => void): void;
}
interface Database {
  readonly name: string;
  readonly version: number;
  readonly objectStoreNames: Iterable<string>;
  createObjectStore(name: string, how: { keyPath: string | string[] | null; autoIncrement: boolean }): Table;
  transaction(tables: readonly string[], mode: 'readonly' | 'readwrite'): Transaction;
  close(): void;
}
interface Factory {
  open(name: string, version?: number): Asked<Database>;
  databases(): Promise<readonly { readonly name: string; readonly version: number }[]>;
}

const listeners = new Map<string, (changes: readonly Change[]) => void>();
const running = new WeakMap<Transaction, Change[]>();
let installed = false;
/** Machines are opened one after the other: where the library looks for IndexedDB there is one place. */
let opening: Promise<unknown> = Promise.resolve();

/** Puts IndexedDB where the crypto library looks for it, in memory, and its writes where we see them. */
function install(): void {
  if (installed) return;
  installed = true;
  const { IDBFactory, IDBDatabase, IDBTransaction, IDBObjectStore, IDBIndex, IDBKeyRange, IDBRequest, IDBOpenDBRequest, IDBVersionChangeEvent } = idb;
  const names = { IDBFactory, IDBDatabase, IDBTransaction, IDBObjectStore, IDBIndex, IDBKeyRange, IDBRequest, IDBOpenDBRequest, IDBVersionChangeEvent };
  const { IDBCursor, IDBCursorWithValue } = idb;
  for (const [name, value] of Object.entries({ ...names, IDBCursor, IDBCursorWithValue }))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  const table: Table = IDBObjectStore.prototype;
  const { put, delete: remove, clear } = table;
  table.put = function (this: Table, ...given: [value: unknown, key?: unknown]) {
    note(this, { act: 'put', value: given[0], key: given[1] });
    return put.apply(this, given);
  };
  Object.assign(table, { add: table.put }); // the library puts only; should it ever add, nothing is lost
  table.delete = function (this: Table, key: unknown) {
    note(this, { act: 'delete', key: range(key) });
    return remove.call(this, key);
  };
  table.clear = function (this: Table) {
    note(this, { act: 'clear' });
    return clear.call(this);
  };
  for (const act of ['update', 'delete']) {
    Object.defineProperty(IDBCursor.prototype, act, {
      value() {
        throw new Error(`a cursor’s ${act} is not seen by the store`); // better no store than one that loses something
      },
    });
  }
}

function note({ name: table, transaction }: Table, change: Pick<Change, 'act' | 'key' | 'value'>): void {
  const [prefix, base] = apart(transaction.db.name);
  if (base === undefined) return;
  const known = running.get(transaction);
  const changes = known ?? [];
  changes.push({ base, table, ...change });
  if (known) return;
  running.set(transaction, changes);
  transaction.addEventListener('complete', () => listeners.get(prefix)?.(changes));
}

/** A range of keys as it can be stored; a key is itself. */
function range(key: unknown): unknown {
  if (!(key instanceof idb.IDBKeyRange)) return key;
  throw new Error('a range of keys is not deleted by the library as we know it');
}

function apart(name: string): [prefix: string, base: string | undefined] {
  const at = name.indexOf('::');
  return at < 0 ? [name, undefined] : [name.slice(0, at), name.slice(at)];
}

function done<T>(asked: Asked<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

function complete(transaction: Transaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(new Error('the tables could not be written')));
  });
}

/** The tables of one machine. */
export class Tables {
  /** Under which the library opens its databases. */
  readonly name: string;
  /** Its own, so that all of it goes with the machine. */
  readonly #factory: Factory = new idb.IDBFactory();
  constructor(name: string) {
    install();
    this.name = name;
  }

  /** Opens a machine over these tables. */
  during<T>(act: () => Promise<T>): Promise<T> {
    const run = opening.then(() => {
      Object.defineProperty(globalThis, 'indexedDB', { value: this.#factory, configurable: true, writable: true });
      return act();
    });
    opening = run.catch(() => undefined).then(() => Reflect.deleteProperty(globalThis, 'indexedDB'));
    return run;
  }

  /** From now on tells of every transaction that is complete. */
  watch(changed: (changes: readonly Change[]) => void): void {
    listeners.set(this.name, changed);
  }

  /** All there is. */
  async dump(): Promise<Base[]> {
    const bases: Base[] = [];
    for (const { name } of await this.#factory.databases()) {
      const [prefix, base] = apart(name);
      if (prefix !== this.name || base === undefined) continue;
      const db = await done(this.#factory.open(name));
      const names = [...db.objectStoreNames];
      const transaction = db.transaction(names, 'readonly');
      const tables = names.map(async (table) => {
        const store = transaction.objectStore(table);
        const { keyPath, autoIncrement } = store;
        const indexes = [...store.indexNames].map((one) => {
          const { name, keyPath, unique, multiEntry } = store.index(one);
          return { name, keyPath, unique, multiEntry };
        });
        const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
        return { name: table, keyPath, autoIncrement, indexes, records: keys.map((key, i): [unknown, unknown] => [key, values[i]]) };
      });
      bases.push({ name: base, version: db.version, tables: await Promise.all(tables) });
      db.close();
    }
    return bases;
  }

  /** Makes the tables as they were, and does again what was done to them since. */
  async load(bases: readonly Base[], changes: readonly Change[]): Promise<void> {
    for (const base of bases) {
      const asked = this.#factory.open(this.name + base.name, base.version);
      asked.onupgradeneeded = () => {
        for (const { name, keyPath, autoIncrement, indexes } of base.tables) {
          const table = asked.result.createObjectStore(name, { keyPath, autoIncrement });
          for (const index of indexes) table.createIndex(index.name, index.keyPath, { unique: index.unique, multiEntry: index.multiEntry });
        }
      };
      const db = await done(asked);
      const names = base.tables.map(({ name }) => name);
      if (names.length > 0) {
        const transaction = db.transaction(names, 'readwrite');
        const written = complete(transaction);
        for (const { name, keyPath, records } of base.tables)
          for (const [key, value] of records) put(transaction.objectStore(name), value, keyPath === null ? key : undefined);
        for (const change of changes) {
          if (change.base !== base.name) continue;
          const table = transaction.objectStore(change.table);
          if (change.act === 'put') put(table, change.value, change.key);
          else if (change.act === 'delete') table.delete(change.key);
          else table.clear();
        }
        await written;
      }
      db.close();
    }
  }

  /** Listens no more. */
  drop(): void {
    listeners.delete(this.name);
  }
}

function put(table: Table, value: unknown, key: unknown): void {
  if (key === undefined) table.put(value);
  else table.put(value, key);
}
