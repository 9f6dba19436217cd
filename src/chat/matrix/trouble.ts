import { z } from 'zod';
import { Throttled } from '../../core/chat.ts';
import { type Said, say } from '../../core/words.ts';

/** A request that a homeserver refused, or did not answer. */
export class MatrixTrouble extends Error {
  override readonly name = 'MatrixTrouble';
  /** Such as `M_FORBIDDEN`; empty when no homeserver answered. */
  readonly code: string;
  readonly status: number | undefined;
  /** The silence it asks for, in milliseconds. */
  readonly pauseMs: number | undefined;
  constructor(message: string, { code = '', status, pauseMs }: { code?: string; status?: number | undefined; pauseMs?: number | undefined } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.pauseMs = pauseMs;
  }
}

/** The token is somebody else's. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';
  readonly said: Said;
  constructor(owner: string, user: string) {
    super(`the token is ${owner}’s, not ${user}’s`);
    this.said = say({ en: 'the token is {owner}’s, not {user}’s', zh: '令牌属于 {owner}，而非 {user}' }, { owner, user });
  }
}

/** Something was heard, and all of it is queued; but the answer to it could not be given in some room yet. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** Pause when a homeserver or the proxy before it names none. */
const PAUSE = 5000;

const answered = z.looseObject({
  errcode: z.string().optional(),
  error: z.string().optional(),
  statusCode: z.number().optional(),
  retryAfterMs: z.number().optional(),
});

/** What the SDK threw, as one kind of error. `header`: the answer's Retry-After, in seconds or as a date. */
export function troubleOf(thrown: unknown, header: string | undefined, what: string): MatrixTrouble {
  if (thrown instanceof MatrixTrouble) return thrown;
  const { errcode, error, statusCode, retryAfterMs } = answered.safeParse(fields(thrown)).data ?? {};
  if (statusCode === undefined) return new MatrixTrouble(`${what}: ${thrown instanceof Error ? thrown.message : 'no answer'}`);
  const code = errcode ?? (statusCode === 429 ? 'M_LIMIT_EXCEEDED' : '');
  const pauseMs = code === 'M_LIMIT_EXCEEDED' ? (retryAfterMs ?? afterMs(header) ?? PAUSE) : undefined;
  return new MatrixTrouble(`${what}: ${statusCode} ${code} ${error ?? ''}`.trim(), { code, status: statusCode, pauseMs });
}

/** The error as the gateway understands it: a limit becomes `Throttled`. */
export function forGateway(error: unknown): unknown {
  return error instanceof MatrixTrouble && error.pauseMs !== undefined ? new Throttled(error.pauseMs) : error;
}

/** Whether an error is the homeserver's answer with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): error is MatrixTrouble {
  return error instanceof MatrixTrouble && codes.includes(error.code);
}

/** What an error comes to, for people. */
export function saidOf(error: unknown): Said {
  if (error instanceof NotOurs) return error.said;
  if (!(error instanceof MatrixTrouble)) return say({ en: 'what was heard could not be queued', zh: '听到的内容无法排入队列' });
  const { status, code, message } = error;
  if (status !== undefined) return say({ en: 'the homeserver answers {answer}', zh: '主服务器返回 {answer}' }, { answer: `${status} ${code}`.trim() });
  const why = /\bE[A-Z_]{4,}\b/.exec(message)?.[0];
  if (why === undefined) return say({ en: 'the homeserver does not answer', zh: '主服务器没有应答' });
  return say({ en: 'the homeserver cannot be reached ({why})', zh: '无法连接主服务器（{why}）' }, { why });
}

/** Getters of an error class are no own properties: they are read one by one. */
function fields(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null) return {};
  const read = (name: string): unknown => Reflect.get(thrown, name);
  return { errcode: read('errcode'), error: read('error'), statusCode: read('statusCode'), retryAfterMs: read('retryAfterMs') };
}

function afterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Whether a homeserver has refused for good: trying again would change nothing. */
export function isRefused(error: unknown): boolean {
  if (!(error instanceof MatrixTrouble) || error.pauseMs !== undefined || error.status === 401) return false;
  return error.status !== undefined && error.status >= 400 && error.status < 500;
}
