import { HostError, type HostTrouble } from '../../core/errors.ts';
import { PveError } from '../../core/pveerror.ts';
import { say } from '../../core/words.ts';
import { Unreplied } from './wire.ts';

/** Whether not one byte of the request was sent. */
export function isUnsent(error: unknown): boolean {
  return error instanceof HostError || (error instanceof Unreplied && (error.why === 'unsent' || error.why === 'broken'));
}

/** Whether a read that failed so is worth asking another server. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PveError) return error.fault.kind === 'proxyTimeout' || error.fault.kind === 'nodeUnreachable';
  return isUnsent(error) || (error instanceof Unreplied && error.why === 'lost');
}

/** Which of two errors is told: what a server said before what never reached one, a wrong certificate before a closed door. */
export function worse(first: unknown, second: unknown): unknown {
  return rank(first) > rank(second) ? first : second;
}

function rank(error: unknown): number {
  if (error === undefined) return 0;
  if (!isUnsent(error)) return 3;
  return error instanceof HostError && error.trouble === 'key' ? 2 : 1;
}

/** An error of the API as plans and steps see it: for a change, all that was sent and has no good answer is `lost`. Other errors stay what they are. */
export function hostError(name: string, error: unknown, method: string, timeoutMs: number): unknown {
  if (error instanceof PveError) return new HostError(troubleOf(error), name, error.sentence(), { cause: error });
  if (!(error instanceof Unreplied)) return error;
  const make = (trouble: HostTrouble, said: ReturnType<typeof say>) =>
    new HostError(method === 'GET' || isUnsent(error) ? trouble : 'lost', name, said, { cause: error });
  switch (error.why) {
    case 'huge':
      return make('failed', say({ en: 'the API answered more than 8 MB', zh: 'API 的回答超过 8 MB' }));
    case 'garbage':
      return make('failed', say({ en: 'the API gave an answer that cannot be read: {why}', zh: 'API 的回答无法解析：{why}' }, { why: error.message }));
    case 'broken':
      return make('unreachable', say({ en: 'unreachable: {why}', zh: '无法到达：{why}' }, { why: error.message }));
    case 'lost':
      return make('lost', say({ en: 'the connection was lost: {why}', zh: '连接已丢失：{why}' }, { why: error.message }));
    default:
      return make('timeout', say({ en: 'the API did not answer within {s} s', zh: 'API 在 {s} 秒内没有回应' }, { s: timeoutMs / 1000 }));
  }
}

function troubleOf({ fault }: PveError): HostTrouble {
  if (fault.kind === 'auth') return 'auth';
  if (fault.kind === 'nodeUnreachable') return 'unreachable';
  return fault.kind === 'proxyTimeout' ? 'timeout' : 'failed';
}
