import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** What came of sending: taken, refused for good (sent again it would be refused again), or nobody there. */
export type Sent = { readonly kind: 'taken' } | { readonly kind: 'refused' | 'away'; readonly why: string };

/** How long one try may take, and all of them, in milliseconds. */
const TRY = 5000;
const ALL = 30_000;

/** Sends a body to a hook, signed; tries again for half a minute while nobody takes it. */
export async function sendTo(url: string, secret: string, body: string, all = ALL): Promise<Sent> {
  const until = Date.now() + all;
  let why = '';
  for (let wait = 500; ; wait *= 2) {
    const time = String(Math.floor(Date.now() / 1000));
    const signature = `sha256=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
    let pause = wait;
    try {
      const headers = { 'content-type': 'application/json', 'x-hostler-time': time, 'x-hostler-signature': signature, 'user-agent': 'hostler' };
      const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'error', signal: AbortSignal.timeout(TRY) });
      const said = (await answer.text()).slice(0, 500);
      if (answer.ok) return { kind: 'taken' };
      why = `${errorIn(said)} (HTTP ${answer.status})`;
      if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) return { kind: 'refused', why };
      pause = Math.max(wait, Number(answer.headers.get('retry-after') ?? 0) * 1000 || 0);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      why = cause instanceof Error ? cause.message : String(cause);
    }
    if (Date.now() + pause > until) return { kind: 'away', why };
    await sleep(pause);
  }
}

/** What the bot says is wrong; of anything else, all of it. */
function errorIn(said: string): string {
  try {
    return answered.parse(JSON.parse(said)).error;
  } catch {
    return said.replace(/\s+/g, ' ').trim();
  }
}
const answered = z.object({ error: z.string() });
