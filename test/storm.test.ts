import { describe, expect, it } from 'vitest';
import { bodyOf } from './storm/bodies.ts';
import { chance } from './storm/chance.ts';
import { Ledger } from './storm/ledger.ts';
import { Sources } from './storm/sources.ts';
import type { Stored } from './storm/stored.ts';
import { compareTold } from './storm/verdict.ts';

function card(id: string, ...members: Stored['members']): Stored {
  return { id, rev: 1, state: 'firing', counts: { firing: members.length, silenced: 0, resolved: 0 }, places: [], members };
}
const one = { source: 'prometheus', fingerprint: 'f1', status: 'firing' } as const;

describe('the verdict on a storm', () => {
  const ledger = new Ledger();
  ledger.took('prometheus', [{ fingerprint: 'f1', status: 'resolved' }]);
  ledger.took('prometheus', [{ fingerprint: 'f1', status: 'firing' }]);
  it.each<[string, readonly Stored[], readonly [number, number, number]]>([
    ['finds nothing where all is as it was told last', [card('A1', one), card('A2', { ...one, fingerprint: 'f2' })], [0, 0, 0]],
    ['finds what stands nowhere', [card('A1', { ...one, source: 'scanner' })], [1, 0, 0]],
    ['finds what stands on two cards', [card('A1', one), card('A2', one)], [0, 1, 0]],
    ['finds what is otherwise', [card('A1', { ...one, status: 'resolved' })], [0, 0, 1]],
  ])('%s', (_, stored, counts) => {
    const { lost, several, otherwise } = compareTold(stored, ledger);
    expect([lost.length, several.length, otherwise.length]).toEqual(counts);
  });
});

describe('the sources of a storm', () => {
  it('say the same for the same seed, and all there is to say', () => {
    const said = (seed: number) => {
      const sources = new Sources(chance(seed));
      return Array.from({ length: 400 }, () => {
        const next = sources.next(() => true);
        return 'malformed' in next ? next.malformed : bodyOf(next.group, next.said).replaceAll(/\d{4}-\d\d-\d\dT[^"]+/g, '');
      });
    };
    const all = said(7);
    expect(said(7)).toEqual(all);
    expect(said(8)).not.toEqual(all);
    for (const words of ['"resolved"', '"firing"', '"closed"', '"none"']) expect(all.some((body) => body.includes(words))).toBe(true);
  });
});
