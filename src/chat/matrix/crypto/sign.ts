import { z } from 'zod';
import type { Api } from '../api.ts';
import type { Wanted } from './requests.ts';
import type { OlmMachine } from './wasm.ts';

interface SignOptions {
  readonly api: Api;
  readonly user: string;
  readonly machine: OlmMachine;
  /** Stores what the machine knows. */
  store(): Promise<void>;
  perform(wanted: Wanted): Promise<void>;
}

const keysShape = z.looseObject({ master_keys: z.record(z.string(), z.unknown()).optional() });

/**
 * Gives the bot's account an identity that signs its device (cross-signing), unless it has one: what stands there is somebody's, and is left
 * alone. A homeserver takes the first one without a password; others it refuses. Throws MatrixTrouble.
 */
export async function sign({ api, user, machine, store, perform }: SignOptions): Promise<void> {
  const { master_keys } = await api.ask('POST', '/_matrix/client/v3/keys/query', keysShape, { body: { device_keys: { [user]: [] } } });
  const published = master_keys?.[user] !== undefined;
  const { hasMaster } = await machine.crossSigningStatus();
  if (published && !hasMaster) return;
  const own = await machine.getDevice(machine.userId, machine.deviceId);
  if (published && own?.isCrossSignedByOwner()) return;
  const wanted = await machine.bootstrapCrossSigning(!hasMaster);
  await store();
  if (!published) await api.tell('POST', '/_matrix/client/v3/keys/device_signing/upload', JSON.parse(wanted.uploadSigningKeysRequest.body));
  await perform(wanted.uploadSignaturesRequest);
}
