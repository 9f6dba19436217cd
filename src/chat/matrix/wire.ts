import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../../core/ports.ts';
import { type MatrixSdk, matrixSdk } from './sdk.ts';

/** What goes with one request: the signal that ends it, and the pause its answer asks for in its headers. */
export interface Call {
  readonly signal: AbortSignal;
  retryAfter: string | undefined;
}

type Done = (error: unknown, response?: { readonly headers?: Readonly<Record<string, unknown>> }, body?: unknown) => void;
type Send = (params: unknown, done: Done) => { abort(): void };

/** The request that is being made, for the function below the SDK that sends it. */
const calls = new AsyncLocalStorage<Call>();
let sdk: MatrixSdk | undefined;

/** The SDK, its requests made abortable and its own log kept to warnings: its errors come to us as exceptions. */
export function wired(log: Log): MatrixSdk {
  if (sdk) return sdk;
  sdk = matrixSdk();
  const { LogService, LogLevel } = sdk;
  const say = (module: string, ...rest: readonly unknown[]) => log(`matrix-bot-sdk, ${module}: ${rest.map(harmless).join(' ')}`);
  const silent = () => undefined;
  LogService.setLogger({ trace: silent, debug: silent, info: silent, warn: say, error: say });
  LogService.setLevel(LogLevel.WARN);
  LogService.muteModule('MatrixHttpClient');
  const send: Send = sdk.getRequestFn();
  sdk.setRequestFn((params: unknown, done: Done) => abortable(send, params, done));
  return sdk;
}

/** Runs a request of the SDK with what goes with it. */
export function during<T>(call: Call, request: () => Promise<T>): Promise<T> {
  return calls.run(call, request);
}

function abortable(send: Send, params: unknown, done: Done): void {
  const call = calls.getStore();
  let over = false;
  const end: Done = (error, response, body) => {
    if (over) return;
    over = true;
    call?.signal.removeEventListener('abort', stop);
    const pause = response?.headers?.['retry-after'];
    if (call && typeof pause === 'string') call.retryAfter = pause;
    done(error, response, body);
  };
  const stop = () => {
    sent.abort();
    end(call?.signal.reason ?? new Error('aborted'));
  };
  const sent = send(params, end);
  if (call?.signal.aborted) stop();
  else call?.signal.addEventListener('abort', stop, { once: true });
}

/** A word of the log: never a whole object, which may hold a request with its headers. */
function harmless(part: unknown): string {
  const text = typeof part === 'string' ? part : part instanceof Error ? part.message : typeof part;
  return text.replace(/(access_token=|Bearer\s+)[^\s&"']+/gi, '$1…').slice(0, 300);
}
