import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Memory } from '../../../core/chat.ts';
import type { Log } from '../../../core/ports.ts';
import type { Api } from '../api.ts';
import { eventShape, type MatrixEvent, type Sync } from '../events.ts';
import type { Content } from '../homeserver.ts';
import { MatrixTrouble } from '../trouble.ts';
import { perform, type Wanted } from './requests.ts';
import { sign } from './sign.ts';
import { type Change, Tables } from './tables.ts';
import { against, indexOf, isAnothers } from './trust.ts';
import { Vault, VaultBroken, VaultTaken } from './vault.ts';
import type { CryptoSdk, Device, OlmMachine } from './wasm.ts';

/** What became of an encrypted event. `later`: its key may still come. */
export type Opened =
  | { readonly kind: 'clear'; readonly event: MatrixEvent }
  | { readonly kind: 'later'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/** An encrypted file: its bytes, and what a message says of it beside its address. */
export interface SealedFile {
  readonly bytes: Buffer;
  readonly info: Content;
}

interface CryptoOptions {
  readonly sdk: CryptoSdk;
  readonly api: Api;
  readonly memory: Memory;
  readonly user: string;
  readonly device: string;
  readonly token: string;
  readonly log: Log;
}

interface Open {
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

const DAY = 86_400_000;
/** How long the place of a message in its chain is remembered, so that it is not taken again as another one. */
const REPLAY = 365 * DAY;
/** A key serves for so many messages, and so long. */
const ROTATE = { messages: 100n, microseconds: BigInt(7 * DAY) * 1000n };
/** Most rounds in which the library's requests are made: answers bring new ones. */
const ROUNDS = 8;

const sealedShape = z.looseObject({ session_id: z.string(), ciphertext: z.string() });
const jsonShape = z.record(z.string(), z.unknown());
const clearShape = z.looseObject({ type: z.string(), content: jsonShape });
const keysShape = z.looseObject({ device_keys: z.record(z.string(), z.record(z.string(), z.unknown())).optional() });

/**
 * End-to-end encryption, by the crypto library of the Matrix foundation. One thing is done at a time, and its consequences are in the vault
 * before anything of it leaves: a process may end at any moment, and another goes on.
 */
export class Crypto {
  readonly #in: CryptoOptions;
  #open: Open | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: CryptoOptions) {
    this.#in = options;
  }

  /** Reads the vault, or begins one, and sees to it that the bot's device is signed by its account. Throws VaultBroken. */
  async begin(): Promise<void> {
    const { api, user, log } = this.#in;
    await this.#alone(async (open) => {
      await this.#requests(open);
      try {
        await sign({ api, user, machine: open.machine, store: () => this.#store(open), perform: (wanted) => this.#perform(open, wanted) });
      } catch (error) {
        if (!(error instanceof MatrixTrouble)) throw error;
        log('matrix: the bot’s device could not be signed by its account: some clients warn of it, or send it no keys', error);
      }
    });
  }

  /** Takes the part of a sync answer that is about keys. Resolves when it is stored: before the place in the stream is. */
  async take({ next_batch, to_device, device_lists, device_one_time_keys_count, device_unused_fallback_key_types }: Sync, first: boolean): Promise<void> {
    const { sdk } = this.#in;
    await this.#alone(async (open) => {
      const { machine } = open;
      if (first) await machine.markAllTrackedUsersAsDirty();
      if (open.took !== next_batch) {
        const users = (ids: readonly string[] = []) => ids.flatMap((id) => userOf(sdk, id) ?? []);
        const lists = new sdk.DeviceLists(users(device_lists?.changed), users(device_lists?.left));
        const counts = new Map(Object.entries(device_one_time_keys_count ?? {}));
        const unused = device_unused_fallback_key_types === undefined ? undefined : new Set(device_unused_fallback_key_types);
        const events = JSON.stringify(to_device?.events ?? []);
        if (device_one_time_keys_count) await machine.receiveSyncChanges(events, lists, counts, unused);
        else await machine.receiveSyncChangesMsc4186(events, lists, counts, unused);
        open.took = next_batch;
      }
      await this.#store(open);
      await this.#requests(open);
    });
  }

  /** Opens an encrypted event. What it says is taken only from a device of its sender, and only once. */
  async open(room: string, event: MatrixEvent): Promise<Opened> {
    const { sdk } = this.#in;
    const sealed = sealedShape.safeParse(event.content).data;
    const index = sealed && indexOf(sealed.ciphertext);
    const roomId = roomOf(sdk, room);
    const sender = userOf(sdk, event.sender);
    if (!sealed || index === undefined || !roomId || !sender) return { kind: 'refused', why: 'it is not encrypted in a way the bot knows' };
    const opened = await this.#alone(async (open): Promise<Opened> => {
      const { machine } = open;
      try {
        const settings = new sdk.DecryptionSettings(sdk.TrustRequirement.Untrusted);
        let found = await machine.decryptRoomEvent(JSON.stringify(event), roomId, settings);
        const deviceOf = async (): Promise<Device | undefined> => {
          const id = found.senderDevice;
          return id && machine.getDevice(sender, id);
        };
        let device = await deviceOf();
        if (!device) {
          await machine.updateTrackedUsers([sender.clone()]);
          await this.#requests(open);
          found = await machine.decryptRoomEvent(JSON.stringify(event), roomId, settings);
          device = await deviceOf();
        }
        if (isAnothers(sdk, found)) return { kind: 'refused', why: `its key is not ${event.sender}’s` };
        if (!device) return { kind: 'later', why: `its device is none of ${event.sender}’s` };
        const signs = (await machine.getIdentity(sender)) !== undefined;
        const why = against(sdk, event.sender, found, device, { signs });
        return why === undefined ? clear(event, found.event) : { kind: 'refused', why };
      } catch (error) {
        if (!(error instanceof sdk.MegolmDecryptionError)) throw error;
        const { MissingRoomKey, UnknownMessageIndex, UnknownSenderDevice } = sdk.DecryptionErrorCode;
        const later = [MissingRoomKey, UnknownMessageIndex, UnknownSenderDevice].includes(error.code) && error.withheldCode === undefined;
        return { kind: later ? 'later' : 'refused', why: error.description };
      } finally {
        await this.#store(open);
      }
    });
    if (opened.kind !== 'clear') return opened;
    const place = `heard-at:${sealed.session_id}:${index}`;
    if (await this.#in.memory.claim(place, event.event_id, REPLAY)) return opened;
    return (await this.#in.memory.get(place)) === event.event_id ? opened : { kind: 'refused', why: 'it is an earlier message once more' };
  }

  /** Encrypts an event's content for the devices of all `members`. Whatever it took is stored when it resolves. */
  async seal(room: string, type: string, content: Content, members: readonly string[]): Promise<Content> {
    const { sdk } = this.#in;
    const roomId = new sdk.RoomId(room);
    const users = () => members.flatMap((id) => userOf(sdk, id) ?? []);
    const sealed = await this.#alone(async (open) => {
      const { machine, rooms } = open;
      if (!rooms.has(room)) {
        await machine.invalidateGroupSession(roomId);
        rooms.add(room);
      }
      await machine.updateTrackedUsers(users());
      await this.#requests(open); // before the library waits for what nobody has asked
      const claim = await machine.getMissingSessions(users());
      if (claim) await this.#perform(open, claim);
      const settings = new sdk.EncryptionSettings();
      settings.rotationPeriodMessages = ROTATE.messages;
      settings.rotationPeriod = ROTATE.microseconds;
      settings.sharingStrategy = sdk.CollectStrategy.allDevices();
      const shares = await machine.shareRoomKey(roomId, users(), settings);
      await this.#store(open);
      await Promise.all(shares.map((share) => this.#perform(open, share)));
      const text = await machine.encryptRoomEvent(roomId, type, JSON.stringify(content));
      await this.#store(open);
      return jsonShape.parse(JSON.parse(text));
    });
    const { 'm.relates_to': relation, 'hostler.txn': txn } = content;
    return { ...sealed, ...(relation === undefined ? {} : { 'm.relates_to': relation }), ...(txn === undefined ? {} : { 'hostler.txn': txn }) };
  }

  /** Encrypts a file. */
  sealFile(bytes: Buffer): SealedFile {
    const sealed = this.#in.sdk.Attachment.encrypt(bytes);
    return { bytes: Buffer.from(sealed.encryptedData), info: jsonShape.parse(JSON.parse(sealed.mediaEncryptionInfo ?? '{}')) };
  }

  /** Resolves when nothing of it runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    this.#forget();
  }

  /** One at a time, with the machine; a machine whose state another gateway has overtaken is read anew the next time. */
  #alone<T>(act: (open: Open) => Promise<T>): Promise<T> {
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
  async #store(open: Open): Promise<void> {
    const { unstored, vault, tables } = open;
    if (unstored.length === 0) return;
    const count = unstored.length;
    if (!(await vault.add(unstored.slice(0, count)))) {
      await vault.begin(await tables.dump());
    }
    unstored.splice(0, count);
  }

  /** Makes the requests that the library wants made, each stored before. One that fails is wanted again the next time. */
  async #requests(open: Open): Promise<void> {
    const failed = new Set<string | undefined>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const wanted = (await open.machine.outgoingRequests()).filter(({ id }) => !failed.has(id));
      await this.#store(open);
      if (wanted.length === 0) return;
      for (const one of wanted) {
        try {
          await this.#perform(open, one);
        } catch (error) {
          if (!(error instanceof MatrixTrouble)) throw error;
          failed.add(one.id);
          this.#in.log('matrix: a request of the encryption was not answered, and is tried again', error);
        }
      }
    }
  }

  async #perform(open: Open, wanted: Wanted): Promise<void> {
    const { api, sdk } = this.#in;
    await this.#store(open);
    const answer = await perform(api, sdk, wanted);
    if (answer === undefined || wanted.id === undefined || wanted.type === undefined) return;
    await open.machine.markRequestAsSent(wanted.id, wanted.type, answer);
    await this.#store(open);
  }
}

/** The decrypted event in place of the encrypted one: only what it says is taken from it. */
function clear(event: MatrixEvent, json: string): Opened {
  const { type, content } = clearShape.parse(JSON.parse(json));
  // A relation stands outside of the ciphertext; a homeserver that takes it away makes no new message of an edit (`m.new_content` is inside).
  const relation = content['m.relates_to'] ?? event.content['m.relates_to'];
  const opened = eventShape.safeParse({ ...event, type, content: { ...content, ...(relation === undefined ? {} : { 'm.relates_to': relation }) } }).data;
  return opened ? { kind: 'clear', event: opened } : { kind: 'refused', why: 'it does not fit what an event is' };
}

function userOf({ UserId }: CryptoSdk, id: string) {
  try {
    return new UserId(id);
  } catch {
    return undefined;
  }
}

function roomOf({ RoomId }: CryptoSdk, id: string) {
  try {
    return new RoomId(id);
  } catch {
    return undefined;
  }
}
