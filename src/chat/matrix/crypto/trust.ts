import type { CryptoSdk, DecryptedRoomEvent, Device } from './wasm.ts';

/** What speaks against an event that could be decrypted: undefined when it was surely written on a device of its sender. */
export function against(
  { ShieldStateCode: code }: Pick<CryptoSdk, 'ShieldStateCode'>,
  sender: string,
  event: DecryptedRoomEvent,
  device: Device,
  owner: { readonly signs: boolean },
): string | undefined {
  if (device.isDeleted()) return `its device ${event.senderDevice?.toString() ?? '?'} is none of ${sender}’s`;
  if (device.userId.toString() !== sender) return `its device is ${device.userId.toString()}’s`;
  if (device.curve25519Key?.toBase64() !== event.senderCurve25519Key) return 'its key is not its device’s';
  if (device.ed25519Key?.toBase64() !== event.senderClaimedEd25519Key) return 'its signature is not its device’s';
  if (device.isBlacklisted()) return 'its device is blocked';
  if (owner.signs && !device.isCrossSignedByOwner()) return `its device ${device.deviceId.toString()} is not signed by ${sender}`;
  switch (event.shieldState(false).code) {
    case code.AuthenticityNotGuaranteed:
    case code.UnknownDevice:
      return 'its device is not known';
    case code.VerificationViolation:
      return `${sender} was verified, and has changed identity`;
    default:
      return undefined;
  }
}

/** Whether it was encrypted with the key of somebody else than its sender. */
export function isAnothers({ ShieldStateCode }: Pick<CryptoSdk, 'ShieldStateCode'>, event: DecryptedRoomEvent): boolean {
  return event.shieldState(false).code === ShieldStateCode.MismatchedSender;
}

/** The place of a message in its sender's chain, from the ciphertext itself (Megolm, version 3: `03 08 index …`); undefined when it is none. */
export function indexOf(ciphertext: string): number | undefined {
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes[0] !== 3 || bytes[1] !== 8) return undefined;
  let index = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = bytes[2 + i];
    if (byte === undefined) return undefined;
    index += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return index;
  }
  return undefined;
}
