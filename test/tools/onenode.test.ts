import { expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { speak } from '../../src/core/words.ts';
import { oneNodeAtATime } from '../../src/tools/onenode.ts';
import { ALPHA, lookAt } from './guests-look.ts';

const NODE: Host = {
  ...{ name: 'px1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.11', libvirt: '' },
  node: { cluster: 'alpha', name: 'pve1' },
};
const status = (on: readonly string[], all = ['pve1', 'pve2', 'pve3'], quorate = 1) => [
  { type: 'cluster', name: 'alpha', quorate },
  ...all.map((name) => ({ type: 'node', name, online: on.includes(name) ? 1 : 0, ip: '' })),
];
const ask = (of: unknown, host = NODE) => oneNodeAtATime({ ...lookAt({ '/cluster/status': of }), clusterOf: ({ node }) => (node ? ALPHA : undefined) }, host);
const why = async (of: unknown) => {
  const error = await ask(of).catch((thrown: unknown) => thrown);
  return error instanceof Refusal ? `${speak(error.said, 'en')} | ${error.hint ? speak(error.hint, 'en') : ''}` : 'no refusal';
};

it('takes one lock for the network of the whole cluster, and relies on its quorum', async () => {
  const { locks, facts } = await ask(status(['pve1', 'pve2', 'pve3']));
  expect(locks).toEqual([{ name: 'east/alpha/network' }]);
  expect(facts.map(({ value, holds }) => [value, holds])).toEqual([['3/2', 'quorum alpha 3/2 off ']]);
});

it('refuses what would cost the quorum, and says what to bring back', async () => {
  expect(await why(status(['pve1', 'pve2']))).toBe('cluster alpha would lose its quorum if pve1 lost its network; nothing was done | bring back first: pve3');
  expect(await why(status(['pve1', 'pve2'], ['pve1', 'pve2']))).toMatch(/^cluster alpha would lose its quorum.*\| `cluster quorum alpha` shows the votes$/);
  expect(await why(status(['pve1'], undefined, 0))).toMatch(/has no quorum/);
});

it('asks nothing of a host that is no node, nor of a node that stands alone', async () => {
  const { node: _, ...plain } = NODE;
  expect(await ask(status([]), plain)).toEqual({ locks: [], facts: [] });
  expect(await ask([{ type: 'node', name: 'pve1', online: 1, ip: '' }])).toEqual({ locks: [], facts: [] });
});
