import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import type { Memory } from '../../../core/chat.ts';
import type { Base, Change } from './tables.ts';

/** The vault cannot be opened, or what is in it does not fit together: nothing may be encrypted with it. */
export class VaultBroken extends Error {
  override readonly name = 'VaultBroken';
}
/** Another gateway has written meanwhile: what this one knows is no longer so. */
export class VaultTaken extends Error {
  override readonly name = 'VaultTaken';
}

/** One entry of the vault: everything, or what has changed since the entry before, or where everything is to be found now. */
type Entry = { readonly all: readonly Base[] } | { readonly changes: readonly Change[] } | { readonly moved: number };

const YEAR = 365 * 86_400_000;
/** How long the place of an old entry stays taken, so that no gateway that was asleep writes there. */
const TOMB = 2 * 86_400_000;
/** Entries after which everything is written anew. */
const OFTEN = 200;

/**
 * The tables of the crypto library in a Memory, as numbered entries that are sealed under the access token. An entry is written only where
 * there is none: of two gateways one writes, and the other learns that it must read again.
 */
export class Vault {
  readonly #memory: Memory;
  readonly #device: string;
  readonly #key: Buffer;
  #last = 0;
  #from = 0;

  constructor(memory: Memory, device: string, token: string) {
    this.#memory = memory;
    this.#device = device;
    this.#key = Buffer.from(hkdfSync('sha256', token, device, 'hostler matrix vault', 32));
  }

  /** What was stored; undefined when nothing ever was. Throws VaultBroken. */
  async read(): Promise<{ readonly bases: readonly Base[]; readonly changes: readonly Change[] } | undefined> {
    const head = await this.#memory.get(this.#head);
    if (head === undefined) return undefined;
    let at = Number(head);
    let entry = await this.#entry(at);
    for (let hops = 0; entry && 'moved' in entry && hops < 1000; hops += 1) {
      at = entry.moved;
      entry = await this.#entry(at);
    }
    if (!entry || !('all' in entry)) throw new VaultBroken(`entry ${at} of the vault is missing`);
    let { all: bases } = entry;
    this.#from = at;
    let changes: Change[] = [];
    for (at += 1; ; at += 1) {
      const next = await this.#entry(at);
      if (!next) break;
      if ('moved' in next) return this.read(); // written anew meanwhile
      if ('all' in next) {
        bases = next.all;
        changes = [];
        this.#from = at;
      } else changes = [...changes, ...next.changes];
    }
    this.#last = at - 1;
    return { bases, changes };
  }

  /** Stores everything. Throws VaultTaken. */
  async begin(bases: readonly Base[]): Promise<void> {
    const at = this.#last + 1;
    await this.#append(at, { all: bases });
    const old = this.#from;
    this.#from = at;
    await this.#memory.set(this.#head, String(at));
    const tomb = this.#seal(at, { moved: at }, 'tomb');
    for (let i = Math.max(1, old); i < at; i += 1) await this.#memory.set(this.#at(i), tomb, TOMB);
  }

  /** Stores changes. False when everything is to be stored instead: they are many, or what was before them is gone. Throws VaultTaken. */
  async add(changes: readonly Change[]): Promise<boolean> {
    if (this.#last === 0 || this.#last - this.#from >= OFTEN || (await this.#memory.get(this.#at(this.#last))) === undefined) return false;
    await this.#append(this.#last + 1, { changes });
    return true;
  }

  async #append(at: number, entry: Entry): Promise<void> {
    if (!(await this.#memory.claim(this.#at(at), this.#seal(at, entry, 'entry'), 10 * YEAR))) throw new VaultTaken('another gateway has taken over');
    this.#last = at;
  }

  async #entry(at: number): Promise<Entry | undefined> {
    const sealed = await this.#memory.get(this.#at(at));
    if (sealed === undefined) return undefined;
    try {
      const [kind, where, text] = sealed.split('.');
      if ((kind !== 'entry' && kind !== 'tomb') || where === undefined || text === undefined) throw new Error('not an entry');
      const bytes = Buffer.from(text, 'base64');
      const open = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12));
      open.setAAD(this.#aad(kind === 'entry' ? at : Number(where), kind));
      open.setAuthTag(bytes.subarray(12, 28));
      return deserialize(brotliDecompressSync(Buffer.concat([open.update(bytes.subarray(28)), open.final()])));
    } catch (error) {
      throw new VaultBroken(`entry ${at} of the vault cannot be read: was the access token changed?`, { cause: error });
    }
  }

  #seal(at: number, entry: Entry, kind: 'entry' | 'tomb'): string {
    const iv = randomBytes(12);
    const close = createCipheriv('aes-256-gcm', this.#key, iv);
    close.setAAD(this.#aad(at, kind));
    const packed = brotliCompressSync(serialize(entry), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
    const body = Buffer.concat([close.update(packed), close.final()]);
    return `${kind}.${at}.${Buffer.concat([iv, close.getAuthTag(), body]).toString('base64')}`;
  }

  #aad(at: number, kind: string): Buffer {
    return Buffer.from(`${this.#device} ${kind} ${at}`);
  }

  get #head(): string {
    return `vault:${this.#device}`;
  }
  #at(n: number): string {
    return `vault:${this.#device}:${n}`;
  }
}
