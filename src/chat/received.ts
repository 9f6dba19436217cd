import type { IncomingMessage } from 'node:http';
import { say } from '../core/words.ts';
import { Bad } from './http.ts';

/** How long a body may take to come in, in milliseconds. */
const PATIENCE = 10_000;

const TOO_LARGE = (most: number) => new Bad(413, say({ en: 'this body is larger than {most} bytes', zh: '请求体超过 {most} 字节' }, { most }));

/** What cannot be taken now. */
export const AWAY = () => new Bad(503, say({ en: 'not taken: send it again in a moment', zh: '未受理：请稍后重新发送' }));

/** The body of a request, at most so many bytes: no more is read. Throws Bad: 413 too large, 408 too slow, 415 packed, 503 when it is to leave. */
export async function received(request: IncomingMessage, most: number, leave?: AbortSignal): Promise<Buffer> {
  const packed = request.headers['content-encoding'];
  if (packed !== undefined && packed !== 'identity')
    throw new Bad(415, say({ en: 'the body must not be compressed ({packed})', zh: '请求体不得压缩（{packed}）' }, { packed: packed.slice(0, 40) }));
  if (Number(request.headers['content-length'] ?? 0) > most) throw TOO_LARGE(most);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => stop(new Bad(408, say({ en: 'this body takes too long', zh: '请求体接收超时' }))), PATIENCE);
    const take = (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) stop(TOO_LARGE(most));
      else chunks.push(chunk);
    };
    const over = () => stop(undefined);
    const left = () => stop(AWAY());
    const gone = () => stop(new Bad(400, say({ en: 'this body ends in its middle', zh: '请求体不完整' })));
    function stop(trouble: Bad | undefined): void {
      clearTimeout(timer);
      leave?.removeEventListener('abort', left);
      request.off('data', take).off('end', over).off('error', gone).off('close', gone);
      request.on('error', () => undefined);
      if (!trouble) {
        resolve(Buffer.concat(chunks));
        return;
      }
      request.pause(); // the rest is not read: the connection goes with the answer
      reject(trouble);
    }
    request.on('data', take).on('end', over).on('error', gone).on('close', gone);
    leave?.addEventListener('abort', left);
  });
}
