import { PATTERNS } from './apipatterns.ts';
import { sentence } from './apiwords.ts';
import type { Said } from './words.ts';

/** What a no of Proxmox means: each a different thing to do about it. */
export type PveFault =
  | { readonly kind: 'auth' }
  /** `path` and `priv` as the server names them; empty where it does not. */
  | { readonly kind: 'permission'; readonly path: string; readonly priv: string }
  /** What is wrong, by parameter. */
  | { readonly kind: 'param'; readonly params: { readonly [name: string]: string } }
  /** The guest's config lock, such as `backup`; it may outlive what took it. */
  | { readonly kind: 'locked'; readonly lock: string }
  /** A lock file or a lock of the cluster's storage was busy for seconds: nothing was begun. */
  | { readonly kind: 'flockTimeout' }
  | { readonly kind: 'digest' }
  | { readonly kind: 'noQuorum' }
  | { readonly kind: 'notFound'; readonly text: string }
  | { readonly kind: 'exists' }
  | { readonly kind: 'nodeUnreachable'; readonly node?: string }
  | { readonly kind: 'proxyTimeout' }
  | { readonly kind: 'agent'; readonly state: 'not running' | 'not configured' }
  /** No worker was started: nothing was begun. */
  | { readonly kind: 'workerFailed' }
  /** A token can never do it. */
  | { readonly kind: 'rootOnly' }
  | { readonly kind: 'notImplemented' }
  | { readonly kind: 'other' };

/** An answer of HTTP as it came: the body as text, whatever it is. `node`: the node that was asked about, for 595. */
export interface Answered {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly node?: string;
}

/** A no of a Proxmox server (or of its command line), and what it means. */
export class PveError extends Error {
  override readonly name = 'PveError';
  /** Of HTTP; 0 for text of a command or a task. */
  readonly status: number;
  readonly reason: string;
  /** By parameter, as the server says it. */
  readonly errors: { readonly [name: string]: string };
  readonly fault: PveFault;
  constructor(
    fault: PveFault,
    message: string,
    answer: { readonly status?: number; readonly reason?: string; readonly errors?: { readonly [name: string]: string } } = {},
  ) {
    super(message);
    this.fault = fault;
    this.status = answer.status ?? 0;
    this.reason = answer.reason ?? '';
    this.errors = answer.errors ?? {};
  }

  /** What it means and what to do, for people. */
  sentence(): Said {
    return sentence(this.fault, this.message);
  }
}

/** The no behind an error, if Proxmox said it: that of a HostError is its cause. */
export function pveErrorOf(error: unknown): PveError | undefined {
  if (error instanceof PveError) return error;
  return error instanceof Error && error.cause !== undefined ? pveErrorOf(error.cause) : undefined;
}

/** Longest text that is taken from an answer, in characters. */
const LONGEST = 2000;

/** What an answer that is not 2xx means. Never throws, whatever the body is: JSON, plain text (PBS), HTML of a proxy, or nothing. */
export function classify({ status, reason, body, node }: Answered): PveError {
  const { message, errors } = said(body);
  const text = message || reason || `HTTP ${status}`;
  return new PveError(faultOf(status, text, errors, node), text, { status, reason, errors });
}

/** What a text means that a command wrote on stderr, or with which a task ended. */
export function classifyText(text: string): PveError {
  const trimmed = text.trim().slice(0, LONGEST);
  const errors = /^400 /.test(trimmed) ? lines(trimmed) : {};
  return new PveError(faultOf(/^400 /.test(trimmed) ? 400 : 0, trimmed, errors), trimmed, { errors });
}

function faultOf(status: number, text: string, errors: { readonly [name: string]: string }, node?: string): PveFault {
  if (status === 401) return { kind: 'auth' };
  if (status === 595) return { kind: 'nodeUnreachable', ...(node === undefined ? {} : { node }) };
  if (status >= 596 && status <= 599) return { kind: 'proxyTimeout' };
  const inner = Object.values(errors).join('\n');
  if (/only root/i.test(inner)) return { kind: 'rootOnly' };
  if (/^no such task$/m.test(inner)) return { kind: 'notFound', text: inner.trim() };
  if (status === 400 && (Object.keys(errors).length > 0 || /parameter verification failed|not enough arguments|unable to parse option/i.test(text)))
    return { kind: 'param', params: errors };
  for (const [pattern, make] of PATTERNS) {
    const match = pattern.exec(text);
    if (match) return make(match);
  }
  if (status === 403) return { kind: 'permission', path: '', priv: '' };
  if (status === 404) return { kind: 'notFound', text };
  if (status === 501) return { kind: 'notImplemented' };
  return { kind: 'other' };
}

function said(body: string): { readonly message: string; readonly errors: { readonly [name: string]: string } } {
  const text = body.trim();
  if (text === '' || text.startsWith('<')) return { message: '', errors: {} };
  if (!text.startsWith('{')) return { message: text.slice(0, LONGEST), errors: {} };
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return { message: '', errors: {} };
    const message = 'message' in json && typeof json.message === 'string' ? json.message.trim().slice(0, LONGEST) : '';
    const errors = 'errors' in json && typeof json.errors === 'object' && json.errors !== null ? json.errors : {};
    return { message, errors: Object.fromEntries(Object.entries(errors).map(([name, why]) => [name, String(why).trim().slice(0, LONGEST)])) };
  } catch {
    return { message: '', errors: {} };
  }
}

/** `vmid: type check failed` lines of a command. */
function lines(text: string): { readonly [name: string]: string } {
  return Object.fromEntries([...text.matchAll(/^([a-z][\w-]*): (.+)$/gm)].map(([, name = '', why = '']) => [name, why]));
}
