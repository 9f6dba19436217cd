import { z } from 'zod';
import { type Api, path } from '../api.ts';
import type { CryptoSdk } from './wasm.ts';

/** A request that the crypto library wants made; a message into a room and a backup have other places. */
export interface Wanted {
  readonly id: string | undefined;
  readonly type: number | undefined;
  readonly body: string;
  readonly event_type?: string;
  readonly txn_id?: string;
}

const TO: Readonly<Record<string, string>> = {
  KeysUpload: '/_matrix/client/v3/keys/upload',
  KeysQuery: '/_matrix/client/v3/keys/query',
  KeysClaim: '/_matrix/client/v3/keys/claim',
  SignatureUpload: '/_matrix/client/v3/keys/signatures/upload',
};

/** Makes a request of the crypto library; the answer as JSON text, undefined for a kind that is not ours to make. */
export async function perform(
  api: Api,
  { RequestType }: Pick<CryptoSdk, 'RequestType'>,
  { type, body, event_type, txn_id }: Wanted,
): Promise<string | undefined> {
  if (type === undefined) return undefined;
  const content: unknown = JSON.parse(body);
  if (type === RequestType.ToDevice)
    return JSON.stringify(await api.ask('PUT', path`/_matrix/client/v3/sendToDevice/${event_type ?? ''}/${txn_id ?? ''}`, z.unknown(), { body: content }));
  const where = TO[RequestType[type] ?? ''];
  return where === undefined ? undefined : JSON.stringify(await api.ask('POST', where, z.unknown(), { body: content }));
}
