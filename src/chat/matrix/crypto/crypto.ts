import { z } from 'zod';
import { eventShape, type MatrixEvent, type Sync } from '../events.ts';
import type { Content } from '../homeserver.ts';
import { MatrixTrouble } from '../trouble.ts';
import { type CryptoOptions, Machine } from './machine.ts';
import { sign } from './sign.ts';
import { against, indexOf, isAnothers } from './trust.ts';
import type { CryptoSdk, Device } from './wasm.ts';

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

const DAY = 86_400_000;
/** How long the place of a message in its chain is remembered, so that it is not taken again as another one. */
const REPLAY = 365 * DAY;
/** A key serves for so many messages, and so long. */
const ROTATE = { messages: 100n, microseconds: BigInt(7 * DAY) * 1000n };

const sealedShape = z.looseObject({ session_id: z.string(), ciphertext: z.string() });
const jsonShape = z.record(z.string(), z.unknown());
const clearShape = z.looseObject({ type: z.string(), content: jsonShape });

/**
 * End-to-end encryption, by the crypto library of the Matrix foundation. One thing is done at a time, and its consequences are in the vault
 * before anything of it leaves: a process may end at any moment, and another goes on.
 */
export class Crypto {
  readonly #in: CryptoOptions;
  readonly #machine: Machine;

  constructor(options: CryptoOptions) {
    this.#in = options;
    this.#machine = new Machine(options);
  }

  /** Reads the vault, or begins one, and sees to it that the bot's device is signed by its account. Throws VaultBroken. */
  async begin(): Promise<void> {
    const { api, user, log } = this.#in;
    await this.#machine.alone(async (open) => {
      await this.#machine.requests(open);
      try {
        await sign({ api, user, machine: open.machine, store: () => this.#machine.store(open), perform: (wanted) => this.#machine.perform(open, wanted) });
      } catch (error) {
        if (!(error instanceof MatrixTrouble)) throw error;
        log('matrix: the bot’s device could not be signed by its account: some clients warn of it, or send it no keys', error);
      }
    });
  }

  /** Takes the part of a sync answer that is about keys. Resolves when it is stored: before the place in the stream is. */
  async take({ next_batch, to_device, device_lists, device_one_time_keys_count, device_unused_fallback_key_types }: Sync, first: boolean): Promise<void> {
    const { sdk, log } = this.#in;
    await this.#machine.alone(async (open) => {
      const { machine } = open;
      if (first) await machine.markAllTrackedUsersAsDirty();
      if (open.took !== next_batch) {
        const users = (ids: readonly string[] = []) => ids.flatMap((id) => userOf(sdk, id) ?? []);
        const lists = new sdk.DeviceLists(users(device_lists?.changed), users(device_lists?.left));
        const counts = new Map(Object.entries(device_one_time_keys_count ?? {}));
        const unused = device_unused_fallback_key_types === undefined ? undefined : new Set(device_unused_fallback_key_types);
        const events = JSON.stringify(to_device?.events ?? []);
        try {
          if (device_one_time_keys_count) await machine.receiveSyncChanges(events, lists, counts, unused);
          else await machine.receiveSyncChangesMsc4186(events, lists, counts, unused);
        } catch (error) {
          if (error instanceof Error && error.name === 'RuntimeError') throw error;
          log('matrix: the library could not take what came for this device', error); // what anybody can send stops nobody's rooms
        }
        open.took = next_batch;
      }
      await this.#machine.store(open);
      await this.#machine.requests(open);
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
    const opened = await this.#machine.alone(async (open): Promise<Opened> => {
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
          await this.#machine.requests(open);
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
        await this.#machine.store(open);
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
    const sealed = await this.#machine.alone(async (open) => {
      const { machine, rooms } = open;
      if (!rooms.has(room)) {
        await machine.invalidateGroupSession(roomId);
        rooms.add(room);
      }
      await machine.updateTrackedUsers(users());
      await this.#machine.requests(open); // before the library waits for what nobody has asked
      const claim = await machine.getMissingSessions(users());
      if (claim) await this.#machine.perform(open, claim);
      const settings = new sdk.EncryptionSettings();
      settings.rotationPeriodMessages = ROTATE.messages;
      settings.rotationPeriod = ROTATE.microseconds;
      settings.sharingStrategy = sdk.CollectStrategy.allDevices();
      const shares = await machine.shareRoomKey(roomId, users(), settings);
      await this.#machine.store(open);
      await Promise.all(shares.map((share) => this.#machine.perform(open, share)));
      const text = await machine.encryptRoomEvent(roomId, type, JSON.stringify(content));
      await this.#machine.store(open);
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
  close(): Promise<void> {
    return this.#machine.close();
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
