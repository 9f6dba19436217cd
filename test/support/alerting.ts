import { readFileSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';

/** What `hostler notify` sends. */
export interface Notified {
  readonly title: string;
  readonly text?: string;
  readonly severity?: 'critical' | 'warning' | 'notice';
  readonly status?: 'firing' | 'resolved';
  readonly fingerprint?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly once?: boolean;
}

/** Sends alerts as a program does, with the secret of the practice fleet; each must be taken. `source`: another than the fleet's, of the same secret. */
export async function notifies(
  { port, config, source = 'notify' }: { readonly port: number; readonly config: Config; readonly source?: string },
  ...all: readonly Notified[]
): Promise<void> {
  const file = String(config.alerts.sources.notify?.secret).replace(/^file:/, '');
  for (const one of all) {
    const answer = await fetch(`http://127.0.0.1:${port}/hooks/${source}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${readFileSync(file, 'utf8').trim()}` },
      body: JSON.stringify(one),
    });
    if (!answer.ok) throw new Error(`not taken: ${answer.status} ${await answer.text()}`);
  }
}
