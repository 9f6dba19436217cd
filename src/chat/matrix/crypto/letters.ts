import { z } from 'zod';
import type { Memory } from '../../../core/chat.ts';
import type { Log } from '../../../core/ports.ts';
import type { Api } from '../api.ts';
import type { MatrixEvent, Sync } from '../events.ts';
import type { Content } from '../homeserver.ts';
import { Crypto, type Opened, type SealedFile } from './crypto.ts';
import { VaultBroken } from './vault.ts';

interface LetterOptions {
  readonly api: Api;
  readonly memory: Memory;
  readonly user: string;
  readonly token: string;
  readonly encryption?: boolean;
  readonly log: Log;
}

const whoami = z.looseObject({ device_id: z.string().optional() });

/** Encryption where it is wanted and works; where not, nothing is different from a bot without it. */
export class Letters {
  readonly #in: LetterOptions;
  #crypto: Promise<Crypto | undefined> | undefined;

  constructor(options: LetterOptions) {
    this.#in = options;
  }

  /** Whether encrypted events can be read and written. Rejects while it is not known: the homeserver or the memory does not answer. */
  async open(): Promise<boolean> {
    return (await this.#begun()) !== undefined;
  }

  /** Takes what a sync answer says of keys. Must be done before its events are taken. */
  async take(sync: Sync, first: boolean): Promise<void> {
    const crypto = await this.#begun();
    if (crypto) await this.#guarded(crypto.take(sync, first));
  }

  async read(room: string, event: MatrixEvent): Promise<Opened> {
    return this.#guarded((await this.#sure()).open(room, event));
  }

  /** The content of the encrypted event in place of one of this type. */
  async seal(room: string, type: string, content: Content, readers: readonly string[]): Promise<Content> {
    return this.#guarded((await this.#sure()).seal(room, type, content, readers));
  }

  async file(bytes: Buffer): Promise<SealedFile> {
    return (await this.#sure()).sealFile(bytes);
  }

  async close(): Promise<void> {
    const crypto = await this.#crypto?.catch(() => undefined);
    await crypto?.close();
  }

  /** A library that has fallen down (WebAssembly's RuntimeError) does not get up in this process: the other rooms go on without it. */
  async #guarded<T>(act: Promise<T>): Promise<T> {
    try {
      return await act;
    } catch (error) {
      if (error instanceof Error && error.name === 'RuntimeError') {
        this.#in.log('matrix: the crypto library has failed; encrypted rooms cannot be read until the next start', error);
        this.#crypto = Promise.resolve(undefined);
      }
      throw error;
    }
  }

  async #sure(): Promise<Crypto> {
    const crypto = await this.#begun();
    if (!crypto) throw new Error('nothing can be encrypted');
    return crypto;
  }

  #begun(): Promise<Crypto | undefined> {
    this.#crypto ??= this.#begin().catch((error: unknown) => {
      if (error instanceof VaultBroken) {
        this.#in.log('matrix: encrypted rooms cannot be read', error);
        return undefined;
      }
      this.#crypto = undefined;
      throw error;
    });
    return this.#crypto;
  }

  async #begin(): Promise<Crypto | undefined> {
    const { api, memory, user, token, encryption = false, log } = this.#in;
    if (!encryption) return undefined;
    const { device_id: device } = await api.ask('GET', '/_matrix/client/v3/account/whoami', whoami);
    if (device === undefined) throw new VaultBroken('the token belongs to no device');
    const sdk = await import('./wasm.ts')
      .then(({ cryptoSdk }) => cryptoSdk())
      .catch((error: unknown) => {
        throw new VaultBroken('the library is missing', { cause: error });
      });
    const crypto = new Crypto({ sdk, api, memory, user, device, token, log });
    await crypto.begin();
    return crypto;
  }
}
