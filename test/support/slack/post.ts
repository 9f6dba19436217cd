import { createHmac } from 'node:crypto';
import type { Options } from './options.ts';
import type { Attempt, Manner, Parcel } from './parcel.ts';

/** Where each kind of thing is sent. */
export interface Urls {
  readonly events: string;
  readonly commands: string;
  readonly interactivity: string;
  /** Where block_suggestion goes; the interactivity URL where not said. */
  readonly options?: string;
}

/** The signature of a request. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signature(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Sends a parcel as a signed request, and waits for the answer as long as Slack does. */
export async function post(urls: Urls, options: Options, parcel: Parcel, manner: Manner, stop: AbortSignal): Promise<Attempt> {
  const body = bodyOf(parcel);
  const timestamp = Math.floor(Date.now() / 1000) - (manner.age ?? 0);
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const response = await fetch(urlOf(urls, parcel), {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'content-type': parcel.kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(timestamp),
        'x-slack-signature': signature(manner.forged ? 'not the secret' : options.signingSecret, timestamp, body),
        ...(manner.retry > 0 && { 'x-slack-retry-num': String(manner.retry), 'x-slack-retry-reason': manner.reason ?? 'unknown_error' }),
      },
      signal: AbortSignal.any([stop, AbortSignal.timeout(options.ackTime)]),
    });
    const answer = read(await response.text());
    const last = response.headers.get('x-slack-no-retry') === '1';
    return { status: response.status, body: answer, ms: ms(), last, ...(!response.ok && { reason: 'http_error' }) };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { status: 0, body: undefined, ms: ms(), reason: late ? 'http_timeout' : 'connection_failed', last: stop.aborted };
  }
}

function urlOf(urls: Urls, { kind, payload }: Parcel): string {
  if (kind === 'events_api') return urls.events;
  if (kind === 'slash_commands') return urls.commands;
  return payload.type === 'block_suggestion' ? (urls.options ?? urls.interactivity) : urls.interactivity;
}

function bodyOf({ kind, payload }: Parcel): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]))).toString();
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
