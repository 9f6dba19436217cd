import { randomUUID } from 'node:crypto';
import * as wasm from '@matrix-org/matrix-sdk-crypto-wasm';
import { z } from 'zod';
import { Http, path } from './http.ts';

const RAW = z.looseObject({
  event_id: z.string(),
  type: z.string(),
  sender: z.string(),
  origin_server_ts: z.number(),
  content: z.record(z.string(), z.unknown()),
});
const NEWS = z.looseObject({
  next_batch: z.string(),
  to_device: z.looseObject({ events: z.array(z.unknown()).default([]) }).optional(),
  device_lists: z.looseObject({ changed: z.array(z.string()).default([]), left: z.array(z.string()).default([]) }).optional(),
  device_one_time_keys_count: z.record(z.string(), z.number()).optional(),
  device_unused_fallback_key_types: z.array(z.string()).optional(),
  rooms: z.looseObject({ join: z.record(z.string(), z.looseObject({ timeline: z.looseObject({ events: z.array(z.unknown()) }) })).default({}) }).optional(),
});
const PLAIN = z.looseObject({ type: z.string(), content: z.record(z.string(), z.unknown()) });
const SENT = z.object({ event_id: z.string() });

/** What was seen of one event: as the homeserver has it, and as it reads. */
export interface SeenSealed {
  readonly room: string;
  readonly raw: z.infer<typeof RAW>;
  type: string;
  content: Readonly<Record<string, unknown>>;
  error: string | undefined;
  /** The device that has written it. */
  device: string | undefined;
  readonly at: number;
}

/** One device of a person whose client encrypts, with a machine of its own: nothing of it is the bot's. */
export class SealedPerson {
  readonly id: string;
  readonly device: string;
  readonly seen: SeenSealed[] = [];
  readonly #http: Http;
  readonly #machine: wasm.OlmMachine;
  readonly #over = new AbortController();
  #since: string | undefined;
  #loop: Promise<void> = Promise.resolve();
  #busy: Promise<unknown> = Promise.resolve();

  private constructor(http: Http, machine: wasm.OlmMachine, id: string, device: string) {
    this.#http = http;
    this.#machine = machine;
    this.id = id;
    this.device = device;
  }

  static async login({ url, userId, token, deviceId }: { url: string; userId: string; token: string; deviceId: string }): Promise<SealedPerson> {
    await wasm.initAsync();
    const machine = await wasm.OlmMachine.initialize(new wasm.UserId(userId), new wasm.DeviceId(deviceId));
    const person = new SealedPerson(new Http(url, token), machine, userId, deviceId);
    await person.#sync(0);
    person.#loop = person.#look();
    return person;
  }

  /** Publishes an identity that signs this device. */
  async sign(): Promise<void> {
    await this.#alone(async () => {
      const asked = await this.#machine.bootstrapCrossSigning(true);
      if (asked.uploadKeysRequest) await this.#make(asked.uploadKeysRequest);
      await this.#http.json(z.unknown(), 'POST', '/_matrix/client/v3/keys/device_signing/upload', { body: JSON.parse(asked.uploadSigningKeysRequest.body) });
      await this.#http.json(z.unknown(), 'POST', '/_matrix/client/v3/keys/signatures/upload', { body: JSON.parse(asked.uploadSignaturesRequest.body) });
    });
  }

  async create(invite: readonly string[], encrypted = true): Promise<string> {
    const encryption = { type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } };
    const body = { preset: 'private_chat', invite, ...(encrypted && { initial_state: [encryption] }) };
    return (await this.#http.json(z.object({ room_id: z.string() }), 'POST', '/_matrix/client/v3/createRoom', { body })).room_id;
  }

  async members(room: string): Promise<string[]> {
    const shape = z.looseObject({ joined: z.record(z.string(), z.unknown()) });
    return Object.keys((await this.#http.json(shape, 'GET', path`/_matrix/client/v3/rooms/${room}/joined_members`)).joined);
  }

  async ask<T>(shape: z.ZodType<T>, method: 'GET' | 'POST' | 'PUT', where: string, body?: object): Promise<T> {
    return this.#http.json(shape, method, where, body ? { body } : {});
  }

  /** Sends it encrypted; its id. */
  async say(room: string, text: string, more: object = {}, to?: readonly string[]): Promise<string> {
    const body = await this.seal(room, { msgtype: 'm.text', body: text, ...more }, to);
    return this.raw(room, 'm.room.encrypted', body);
  }

  /** Sends it, and its key only after `wait`. */
  async sayBeforeKey(room: string, text: string, wait: () => Promise<unknown>): Promise<string> {
    await this.rotate(room);
    const held: (() => Promise<void>)[] = [];
    const event = await this.raw(room, 'm.room.encrypted', await this.seal(room, { msgtype: 'm.text', body: text }, undefined, held));
    await wait();
    for (const share of held) await share();
    return event;
  }

  /** The content that would be sent. `held`: takes what would send its key. */
  async seal(room: string, content: object, to?: readonly string[], held?: (() => Promise<void>)[]): Promise<Record<string, unknown>> {
    const members = to ?? (await this.members(room));
    return this.#alone(async () => {
      const users = () => members.map((one) => new wasm.UserId(one));
      await this.#machine.updateTrackedUsers(users());
      await this.#pump();
      const claim = await this.#machine.getMissingSessions(users());
      if (claim) await this.#make(claim);
      for (const share of await this.#machine.shareRoomKey(new wasm.RoomId(room), users(), new wasm.EncryptionSettings()))
        await (held ? held.push(() => this.#make(share)) : this.#make(share));
      return z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(await this.#machine.encryptRoomEvent(new wasm.RoomId(room), 'm.room.message', JSON.stringify(content))));
    });
  }

  async raw(room: string, type: string, content: object): Promise<string> {
    return (await this.#http.json(SENT, 'PUT', path`/_matrix/client/v3/rooms/${room}/send/${type}/${randomUUID()}`, { body: content })).event_id;
  }

  react(room: string, event: string, key: string): Promise<string> {
    return this.raw(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key } });
  }

  /** The file of a message, decrypted. */
  async file(content: Readonly<Record<string, unknown>>): Promise<{ readonly stored: string; readonly text: string }> {
    const { file } = z.object({ file: z.looseObject({ url: z.string() }) }).parse(content);
    const response = await this.#http.raw('GET', `/_matrix/client/v1/media/download/${file.url.slice('mxc://'.length)}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = wasm.Attachment.decrypt(new wasm.EncryptedAttachment(bytes, JSON.stringify(file)));
    return { stored: Buffer.from(bytes).toString('latin1'), text: Buffer.from(text).toString('utf8') };
  }

  /** Events of others in a room, decrypted where that is so. */
  of(room: string, sender: string): SeenSealed[] {
    return this.seen.filter((one) => one.room === room && one.raw.sender === sender);
  }

  /** Whether a device is signed by its account, as far as this client sees. */
  async trusts(user: string, device: string): Promise<boolean> {
    return (await this.#machine.getDevice(new wasm.UserId(user), new wasm.DeviceId(device)))?.isCrossSignedByOwner() ?? false;
  }

  /** The room key of the next message goes to whoever is there then. */
  async rotate(room: string): Promise<void> {
    await this.#machine.invalidateGroupSession(new wasm.RoomId(room));
  }

  /** Reads again what could not be read. */
  async again(): Promise<void> {
    await this.#alone(async () => {
      for (const one of this.seen) if (one.error !== undefined) await this.#read(one);
    });
  }

  async close(): Promise<void> {
    this.#over.abort();
    await this.#loop;
    await this.#busy;
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const run = this.#busy.then(act);
    this.#busy = run.catch(() => undefined);
    return run;
  }

  async #look(): Promise<void> {
    while (!this.#over.signal.aborted) await this.#sync(10_000).catch(() => undefined);
  }

  async #sync(timeout: number): Promise<void> {
    const query = new URLSearchParams({ timeout: String(timeout), ...(this.#since !== undefined && { since: this.#since }) });
    const signal = AbortSignal.any([this.#over.signal, AbortSignal.timeout(30_000)]);
    const news = await this.#http.json(NEWS, 'GET', `/_matrix/client/v3/sync?${query}`, { signal });
    await this.#alone(async () => {
      const users = (ids: readonly string[] = []) => ids.map((id) => new wasm.UserId(id));
      const lists = new wasm.DeviceLists(users(news.device_lists?.changed), users(news.device_lists?.left));
      const counts = new Map(Object.entries(news.device_one_time_keys_count ?? {}));
      await this.#machine.receiveSyncChanges(JSON.stringify(news.to_device?.events ?? []), lists, counts, new Set(news.device_unused_fallback_key_types ?? []));
      await this.#pump();
      for (const [room, { timeline }] of Object.entries(news.rooms?.join ?? {})) {
        for (const event of timeline.events) {
          const raw = RAW.parse(event);
          const one: SeenSealed = { room, raw, type: raw.type, content: raw.content, error: undefined, device: undefined, at: Date.now() };
          if (raw.type === 'm.room.encrypted') await this.#read(one);
          this.seen.push(one);
        }
      }
    });
    this.#since = news.next_batch;
  }

  async #read(one: SeenSealed): Promise<void> {
    try {
      const settings = new wasm.DecryptionSettings(wasm.TrustRequirement.Untrusted);
      const opened = await this.#machine.decryptRoomEvent(JSON.stringify(one.raw), new wasm.RoomId(one.room), settings);
      const { type, content } = PLAIN.parse(JSON.parse(opened.event));
      Object.assign(one, { type, content, error: undefined, device: opened.senderDevice?.toString() });
    } catch (error) {
      one.error = error instanceof wasm.MegolmDecryptionError ? error.description : String(error);
    }
  }

  async #pump(): Promise<void> {
    for (let asked = await this.#machine.outgoingRequests(); asked.length > 0; asked = await this.#machine.outgoingRequests())
      for (const one of asked) await this.#make(one);
  }

  async #make(asked: { id: string | undefined; type: number | undefined; body: string; event_type?: string; txn_id?: string }): Promise<void> {
    const { id, type, body, event_type = '', txn_id = '' } = asked;
    const to = {
      [wasm.RequestType.KeysUpload]: 'keys/upload',
      [wasm.RequestType.KeysQuery]: 'keys/query',
      [wasm.RequestType.KeysClaim]: 'keys/claim',
      [wasm.RequestType.SignatureUpload]: 'keys/signatures/upload',
      [wasm.RequestType.ToDevice]: `sendToDevice/${event_type}/${txn_id}`,
    }[type ?? -1];
    if (to === undefined) return;
    const method = type === wasm.RequestType.ToDevice ? 'PUT' : 'POST';
    const answer = await this.#http.json(z.unknown(), method, `/_matrix/client/v3/${to}`, { body: JSON.parse(body) });
    if (id !== undefined && type !== undefined) await this.#machine.markRequestAsSent(id, type, JSON.stringify(answer));
  }
}
