import { describe, expect, it } from 'vitest';
import { parseClock } from '../../src/tools/clock.ts';

// What chronyc 4.3 printed for a chronyd with two servers, of which one is not there: a second after its start, and ten.
const clock = (synced: string, tracking: string, sources: readonly string[]) =>
  `== zone\nEtc/UTC\n== synced\n${synced}\n== by\nchrony\n== tracking\n${tracking}\n== sources\n${sources.join('\n')}\n== folder\n/etc/chrony/sources.d/\n`;
const EARLY = clock('no', '00000000,,0,0.000000000,0.000000000,0.000000000,0.000000000,0.000,0.000,0.000,1.000000000,1.000000000,0.0,Not synchronised', [
  '^,?,127.91.5.9,3,6,1,1,0.000001987,0.000001987,0.000002895',
  '^,?,127.91.5.10,0,6,0,4294967295,0.000000000,0.000000000,0.000000000',
]);
const LATE = clock(
  'no',
  '7F5B0509,127.91.5.9,4,1795299987.049182865,-0.000002025,0.000000235,0.000000235,0.005,0.005,1.311,0.000006620,0.000006096,2.1,Normal',
  ['^,*,127.91.5.9,3,6,17,2,0.000000287,0.000000522,0.000003345', '^,?,127.91.5.10,0,7,0,4294967295,0.000000000,0.000000000,0.000000000'],
);

describe('the clock of a host with chrony', () => {
  it('is not in sync as long as no server is followed', () => {
    const { by, synced, offset, sources, folder } = parseClock(EARLY);
    expect({ by, synced, offset, folder }).toEqual({ by: 'chrony', synced: false, offset: undefined, folder: '/etc/chrony/sources.d' });
    expect(sources.map(({ name, reachable, selected }) => [name, reachable, selected])).toEqual([
      ['127.91.5.9', true, false],
      ['127.91.5.10', false, false],
    ]);
  });

  it('is in sync when one is, however the kernel was told', () => {
    const { synced, offset, sources } = parseClock(LATE);
    expect([synced, offset]).toEqual([true, -0.000002025]);
    expect(sources[0]).toEqual({ name: '127.91.5.9', stratum: 3, offset: 2.87e-7, reachable: true, selected: true });
    expect(sources[1]?.reachable).toBe(false);
  });

  it('is not known where chronyd does not answer', () => {
    expect(() => parseClock(clock('no', '506 Cannot talk to daemon', []))).toThrow('chronyd does not answer');
  });
});

it('a host without anything that keeps time says so', () => {
  expect(parseClock('== zone\nEtc/UTC\n== synced\nno\n')).toMatchObject({ by: undefined, synced: false, sources: [] });
});
