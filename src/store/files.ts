import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Redis } from 'ioredis';
import { sha256 } from '../core/digest.ts';
import type { Files } from '../core/files.ts';
import { key } from './redis.ts';

/** Most characters of a text that are kept: half of them from its beginning, half from its end. */
export const MOST = 4_000_000;
/** How long a text is kept, in seconds. */
const KEPT = 30 * 86_400;
/** No text of ours unpacks to more bytes. */
const UNPACKED = 4 * MOST + 1000;

/** Long texts, compressed, under the SHA-256 of what they say: whoever writes here can change none that is there unnoticed. */
export function files(redis: Redis): Files {
  return {
    async save(text) {
      const kept = capped(text);
      const ref = sha256(kept);
      await redis.set(key('file', ref), await promisify(gzip)(kept), 'EX', KEPT);
      return ref;
    },
    async read(ref) {
      if (!/^[0-9a-f]{64}$/.test(ref)) return undefined;
      const packed = await redis.getBuffer(key('file', ref));
      if (packed === null) return undefined;
      const text = await unpacked(packed);
      return text !== undefined && sha256(text) === ref ? text : undefined;
    },
  };
}

async function unpacked(packed: Buffer): Promise<string | undefined> {
  try {
    return (await promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(packed, { maxOutputLength: UNPACKED })).toString('utf8');
  } catch {
    return undefined;
  }
}

function capped(text: string): string {
  if (text.length <= MOST) return text.toWellFormed();
  const [head, tail] = [text.slice(0, MOST / 2), text.slice(-MOST / 2)];
  return `${head}\n… ${text.length - MOST} characters are left out here …\n${tail}`.toWellFormed();
}
