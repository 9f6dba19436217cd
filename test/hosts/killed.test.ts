import { expect, it } from 'vitest';
import { killEverywhere, type Story } from '../support/killing.ts';
import { needs } from '../support/real/have.ts';

/** Longer than a task is looked for after its call may have been lost. */
const MS = 90_000;

const SNAPSHOT: Story = {
  name: 'a snapshot of a guest of a cluster',
  tell: (people, n) => people.says('alice', `vm snapshot wiki s${n}`, { ms: MS }),
  done: ({ lab }) => lab.cluster('alpha').effects.filter((effect) => effect === 'qmsnapshot 102').length,
};

it.skipIf(!needs(['redis-server or valkey-server']))(
  'a worker that is killed between any two writes leaves a call that is made exactly once',
  async ({ annotate }) => {
    const { points, of } = await killEverywhere('east', SNAPSHOT, { from: 1, every: 1 });
    expect(of).toBeGreaterThan(8);
    await annotate(`${points} of ${of} kill points`);
  },
  190_000,
);
