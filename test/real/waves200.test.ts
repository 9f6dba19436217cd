import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const HOSTS = 200;
const MAX_FAIL = 3;
/** Hosts that a site works on at once. */
const ABREAST = 20;

/** Notes that it begins and how it ends; after the first wave every fourth fails. */
const PROGRAM = `echo s >>"$1"; n=$(grep -c s "$1"); sleep 0.2
if [ "$n" -gt 30 ] && [ $((n % 4)) -eq 0 ]; then echo bad >>"$1"; exit 1; fi; echo ok >>"$1"`;

/** An sshd is not made to listen on more than sixteen addresses: this brings the others to it. */
async function addressesOf(port: number): Promise<readonly Server[]> {
  const bring = (host: string) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer((socket) => {
        const to = connect({ port, host: '127.0.0.1', noDelay: true });
        socket.setNoDelay(true);
        socket.pipe(to).pipe(socket);
        for (const [one, other] of [
          [socket, to],
          [to, socket],
        ] as const)
          one.on('error', () => other.destroy()).on('close', () => other.destroy());
      });
      server.once('error', reject).listen(port, host, () => resolve(server));
    });
  return Promise.all(Array.from({ length: HOSTS }, (_, i) => bring(`127.0.1.${i + 1}`)));
}

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('two hundred hosts in waves', () => {
  let sshd: Sshd;
  let bot: RealBot;
  let servers: readonly Server[] = [];
  let file = '';
  beforeAll(async () => {
    sshd = await startSshd({ also: 'MaxStartups 1000:30:2000\nMaxSessions 100' });
    servers = await addressesOf(sshd.port);
    file = join(sshd.dir, 'ran');
    const { port, user, key, pinned } = sshd.access();
    const host = (i: number) => [`h${i}`, { site: 'lab', address: `127.0.1.${i}`, port, user, key, hostKey: pinned.fingerprints }] as const;
    bot = await realBot(Object.fromEntries(Array.from({ length: HOSTS }, (_, i) => host(i + 1))), {
      programs: { touch: { summary: 'Count', argv: ['sh', '-c', PROGRAM, 'sh', file], risk: 'low', timeout: '1m' } },
    });
  }, 60_000);
  afterAll(async () => {
    await bot?.close();
    for (const server of servers) server.close();
    await sshd?.close();
  });

  it('never has more begun than ended and in flight, nor more failed than may and were in flight', async () => {
    const card = await bot.says('alice', `host run touch site:lab --waves 10%,rest --max-fail ${MAX_FAIL}`, { ms: 60_000 });
    expect(card.ticket?.state, card.text.slice(0, 500)).toBe('failed');
    expect(existsSync(file)).toBe(true);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    let [begun, ended, failed, most] = [0, 0, 0, 0];
    for (const line of lines) {
      if (line === 's') {
        // The second wave begins when the first has ended.
        if (begun >= HOSTS / 10) expect(ended).toBeGreaterThanOrEqual(HOSTS / 10);
        begun++;
      } else ended++;
      if (line === 'bad') failed++;
      most = Math.max(most, begun - ended);
    }
    expect(most).toBeLessThanOrEqual(ABREAST);
    expect(most).toBeGreaterThan(1);
    expect(ended).toBe(begun);
    expect(failed).toBeGreaterThan(MAX_FAIL);
    expect(failed).toBeLessThanOrEqual(MAX_FAIL + ABREAST);
    expect(begun).toBeGreaterThan(HOSTS / 10);
    expect(begun).toBeLessThan(HOSTS);
    const table = card.blocks.find((block) => block.kind === 'table');
    const rows = table?.kind === 'table' ? table.rows : [];
    const count = (pattern: RegExp) => rows.filter((row) => pattern.test(String(row[2]))).length;
    expect([rows.length, count(/^failed/), count(/^not done/)]).toEqual([HOSTS, failed, HOSTS - begun]);
  }, 90_000);
});
