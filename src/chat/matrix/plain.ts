import { z } from 'zod';
import type { Log } from '../../core/ports.ts';
import { Api, path } from './api.ts';
import { isCode } from './trouble.ts';

/** How long a homeserver may take, in milliseconds. */
const ANSWER = 10_000;

interface Account {
  readonly homeserver: string;
  readonly token: string;
  readonly log: Log;
}

/**
 * Says a plain text in a room, or edits the one that was said: without anything remembered, for when nothing can be. Resolves with the event's id. Throws
 * MatrixTrouble, and for an encrypted room, in which nothing is said in the clear.
 * https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
 */
export async function sayPlainly(account: Account, room: string, text: string, key: string, before?: string): Promise<string> {
  const api = new Api(account);
  try {
    if (await isEncrypted(api, room)) throw new Error(`${room} is encrypted`);
    const content = { msgtype: 'm.text', body: text, 'm.mentions': {} };
    const body =
      before === undefined ? content : { ...content, body: `* ${text}`, 'm.new_content': content, 'm.relates_to': { rel_type: 'm.replace', event_id: before } };
    const where = path`/_matrix/client/v3/rooms/${room}/send/m.room.message/${key}`;
    return (await api.ask('PUT', where, z.object({ event_id: z.string() }), { body, within: ANSWER })).event_id;
  } finally {
    api.close();
  }
}

async function isEncrypted(api: Api, room: string): Promise<boolean> {
  try {
    await api.ask('GET', path`/_matrix/client/v3/rooms/${room}/state/m.room.encryption/`, z.unknown(), { within: ANSWER });
    return true;
  } catch (error) {
    if (isCode(error, 'M_NOT_FOUND')) return false;
    throw error;
  }
}
