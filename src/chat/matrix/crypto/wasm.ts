import type * as Wasm from '@matrix-org/matrix-sdk-crypto-wasm';

/** What the crypto library exports. */
export type CryptoSdk = typeof Wasm;
export type { DecryptedRoomEvent, Device, OlmMachine, ToDeviceRequest } from '@matrix-org/matrix-sdk-crypto-wasm';

/** Loads `@matrix-org/matrix-sdk-crypto-wasm`, by the name under which npm's `overrides` put it. Throws where it is missing. */
export async function cryptoSdk(): Promise<CryptoSdk> {
  const sdk = await import('@matrix-org/matrix-sdk-crypto-wasm');
  await sdk.initAsync();
  return sdk;
}
