import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleClient } from '../../src/chat/client.ts';
import { readConsoleFile } from '../../src/home.ts';
import { ALONE, APPROVED, killEverywhere } from '../support/killing.ts';
import { Parts } from '../support/parts.ts';
import { Folder } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';

/** These tests kill, hang and misconfigure a Redis server. */
const redis = needs(['redis-server or valkey-server']);

const LONG = 240_000;
let warm: Folder;
beforeAll(async () => {
  warm = new Folder(); // modules are compiled once, for all the processes to come
  await warm.calls(['say', '--lab', 'vm list']);
});
afterAll(() => warm.close());

describe.skipIf(!redis).concurrent('killed between two writes, what was asked still ends, done exactly once', () => {
  it(
    `desk, ${ALONE.name}`,
    async ({ annotate }) => {
      const { points, of } = await killEverywhere('desk', ALONE, { from: 1, every: 2 });
      expect(of).toBeGreaterThan(10);
      await annotate(`${points} of ${of} kill points`);
    },
    LONG,
  );

  it(
    `desk, ${APPROVED.name}`,
    async ({ annotate }) => {
      // What comes before is the same as without an approval, and is killed there: the question is taken, and the workers are asked.
      const { points, of } = await killEverywhere('desk', APPROVED, { from: 16, every: 2 });
      expect(of).toBeGreaterThan(10);
      await annotate(`${points} of ${of} kill points`);
    },
    LONG,
  );

  it(
    `worker, ${ALONE.name}`,
    async ({ annotate }) => {
      const { points, of } = await killEverywhere('east', ALONE, { from: 1, every: 1 });
      expect(of).toBeGreaterThan(8);
      await annotate(`${points} of ${of} kill points`);
    },
    LONG,
  );

  it(
    'worker, in the middle of a step that takes its time',
    async () => {
      const parts = await Parts.start({ pace: 3 });
      try {
        await parts.with('desk', 'west');
        const { people } = await parts.gateway();
        const victim = await parts.folder.hostler(['worker', '--site', 'east', '--redis', parts.redis]).says('is ready');
        const card = await people.says('alice', 'vm shutdown shop');
        const running = people.presses('bob', card, 'approve', { until: (now) => now.ticket?.state === 'running' });
        await expect.poll(() => parts.count('kvm1', 'virsh shutdown'), { timeout: 10_000 }).toBe(1);
        victim.child.kill('SIGKILL');
        await running;
        await parts.worker('east');
        const done = await people.sees('alice', card.id, undefined, 60_000);
        expect(done.ticket?.state, done.text).toBe('done');
        expect(parts.count('kvm1', 'virsh shutdown')).toBe(1);
      } finally {
        await parts.folder.close();
      }
    },
    LONG,
  );
});

describe.skipIf(!redis)('killed between an event and its card', () => {
  it(
    'the gateway has lost nothing that it accepted, and what is sent again is the same request',
    async () => {
      const parts = await Parts.start();
      try {
        await parts.with('desk', 'east', 'west');
        for (const n of [1, 2, 3, 4]) {
          const home = parts.folder.file(`gateway${n}`);
          const gateway = await parts.folder.hostler(['gateway', '--port', '0', '--redis', parts.redis], { home }).says('is ready');
          const at = readConsoleFile(home);
          if (!at) throw new Error('the gateway has written no console.json');
          const ticket = await new ConsoleClient(at).said('alice', `vm snapshot shop g${n}`, `event ${n}`);
          gateway.child.kill('SIGKILL');
          const { people, close } = await parts.gateway();
          expect((await people.sees('alice', ticket)).ticket?.state).toBe('done');
          if (n % 2 === 0) expect((await people.says('alice', `vm snapshot shop g${n}`, { event: `event ${n}` })).id).toBe(ticket);
          expect((await people.cards('alice')).filter(({ title }) => title === `vm snapshot shop g${n}`)).toHaveLength(1);
          expect(parts.count('kvm1', 'snapshot-create-as')).toBe(n);
          await close(); // two gateways would share the cards between them
        }
      } finally {
        await parts.folder.close();
      }
    },
    LONG,
  );
});
