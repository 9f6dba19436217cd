import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Memory } from '../../../core/chat.ts';
import type { Log } from '../../../core/ports.ts';
import type { Api } from '../api.ts';
import { MatrixTrouble } from '../trouble.ts';
import { perform, type Wanted } from './requests.ts';
import { type Change, Tables } from './tables.ts';
import { Vault, VaultBroken, VaultTaken } from './vault.ts';
import type { CryptoSdk, OlmMachine } from './wasm.ts';

/** What a Machine is made of. */
export interface CryptoOptions {
  readonly sdk: CryptoSdk;
  readonly api: Api;
  readonly memory: Memory;
  readonly user: string;
  readonly device: string;
  readonly token: string;
  readonly log: Log;
}

/** A machine that is open, and what belongs to it. */
export interface Open {
  readonly machine: OlmMachine;
  readonly tables: Tables;
  readonly vault: Vault;
  /** What was changed and is not stored yet. */
  unstored: Change[];
  /** Rooms whose key was made by this very machine: what was before a restart is not gone on with. */
  readonly rooms: Set<string>;
  /** The end of the sync answer that was taken last. */
  took: string;
}

/** Most rounds in which the library's requests are made: answers bring new ones. */
const ROUNDS = 8;

const keysShape = z.looseObject({ device_keys: z.record(z.string(), z.record(z.string(), z.unknown())).optional() });

/** The crypto library's machine over its tables and the vault: one thing is done with it at a time, and nothing leaves it that is not stored. */
export class Machine {
  readonly #in: CryptoOptions;
  #open: Open | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: CryptoOptions) {
    this.#in = options;
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    this.#forget();
  }

  /** One at a time, with the machine; a machine whose state another gateway has overtaken is read anew the next time. */
  alone<T>(act: (open: Open) => Promise<T>): Promise<T> {
    const run = this.#last.then(async () => {
      if (this.#closed) throw new Error('closed');
      try {
        this.#open ??= await this.#begin();
        return await act(this.#open);
      } catch (error) {
        if (error instanceof VaultTaken) {
          this.#in.log('matrix: another gateway has used the keys; they are read again', error);
          this.#forget();
        }
        throw error;
      }
    });
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #begin(): Promise<Open> {
    const { sdk, memory, user, device, token } = this.#in;
    const vault = new Vault(memory, device, token);
    const tables = new Tables(`hostler-${randomUUID()}`);
    try {
      const stored = await vault.read();
      if (stored) await tables.load(stored.bases, stored.changes);
      else await this.#unused();
      const store = await tables.during(() => sdk.StoreHandle.open(tables.name, undefined));
      const machine = await sdk.OlmMachine.initFromStore(new sdk.UserId(user), new sdk.DeviceId(device), store);
      store.free(); // it would keep the tables open
      machine.roomKeyForwardingEnabled = false;
      const open: Open = { machine, tables, vault, unstored: [], rooms: new Set(), took: '' };
      tables.watch((changes) => open.unstored.push(...changes));
      await vault.begin(await tables.dump());
      return open;
    } catch (error) {
      tables.drop();
      throw error;
    }
  }

  /** Throws VaultBroken when the homeserver knows keys of this device: they were in a vault that is lost, and others trust in them. */
  async #unused(): Promise<void> {
    const { api, user, device } = this.#in;
    const { device_keys } = await api.ask('POST', '/_matrix/client/v3/keys/query', keysShape, { body: { device_keys: { [user]: [device] } } });
    if (device_keys?.[user]?.[device] !== undefined) throw new VaultBroken(`the keys of device ${device} are lost: log the bot in anew, and use the new token`);
  }

  #forget(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.machine.close();
    open?.tables.drop();
  }

  /** Stores what has changed. What could not be stored is kept for the next time: nothing leaves before. */
  async store(open: Open): Promise<void> {
    const { unstored, vault, tables } = open;
    if (unstored.length === 0) return;
    const count = unstored.length;
    if (!(await vault.add(unstored.slice(0, count)))) {
      await vault.begin(await tables.dump());
    }
    unstored.splice(0, count);
  }

  /** Makes the requests that the library wants made, each stored before. One that fails is wanted again the next time. */
  async requests(open: Open): Promise<void> {
    const failed = new Set<string | undefined>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const wanted = (await open.machine.outgoingRequests()).filter(({ id }) => !failed.has(id));
      await this.store(open);
      if (wanted.length === 0) return;
      for (const one of wanted) {
        try {
          await this.perform(open, one);
        } catch (error) {
          if (!(error instanceof MatrixTrouble)) throw error;
          failed.add(one.id);
          this.#in.log('matrix: a request of the encryption was not answered, and is tried again', error);
        }
      }
    }
  }

  /** Makes one request, and gives the machine its answer. Throws MatrixTrouble. */
  async perform(open: Open, wanted: Wanted): Promise<void> {
    const { api, sdk } = this.#in;
    await this.store(open);
    const answer = await perform(api, sdk, wanted);
    if (answer === undefined || wanted.id === undefined || wanted.type === undefined) return;
    await open.machine.markRequestAsSent(wanted.id, wanted.type, answer);
    await this.store(open);
  }
}
