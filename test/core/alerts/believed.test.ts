import { describe, expect, it } from 'vitest';
import { believed } from '../../../src/core/alerts/believed.ts';
import type { DeclaredSource } from '../../../src/core/alerts/routing.ts';
import type { Host } from '../../../src/core/command.ts';
import { member } from './sample.ts';

const host = (name: string, tags: readonly string[], more: Partial<Host> = {}): Host => ({
  ...{ name, site: name === 'far' ? 'west' : 'east', sites: ['east'], kind: 'linux', tags, address: `${name}.example.org`, libvirt: '' },
  ...more,
});
const HOSTS = [
  host('web1', ['web']),
  host('db1', []),
  host('far', ['web']),
  host('alpha', [], { nodes: [{ name: 'pve1' }] }),
  host('shell', [], { node: { cluster: 'alpha', name: 'pve1' } }),
];
const from = (hosts?: readonly string[]): ReadonlyMap<string, DeclaredSource> =>
  new Map([['am', { name: 'am', kind: 'notify', perMinute: 1, bytes: 1, labels: {}, ...(hosts ? { hosts } : {}) }]]);

describe('of what an alert says', () => {
  it.each<[string, readonly string[] | undefined, string, boolean]>([
    ['any host, where its source is not kept to some', undefined, 'db1', true],
    ['any host, where all are meant', ['*'], 'db1', true],
    ['its own host', ['web1'], 'web1', true],
    ['a host of the tag', ['@web'], 'far', true],
    ['a host of the site', ['site:east'], 'db1', true],
    ['not another host', ['web1'], 'db1', false],
    ['not what has not the tag', ['@web'], 'db1', false],
    ['not a host of another site', ['site:east'], 'far', false],
    ['no host, where none is meant', [], 'web1', false],
  ])('is believed: %s', (_, hosts, name, isBelieved) => {
    const said = member('a', { host: name, labels: { host: name, unit: 'nginx' } });
    expect(believed(said, from(hosts), HOSTS)).toEqual(isBelieved ? expect.objectContaining({ host: name, unit: 'nginx' }) : undefined);
    // What it was taken for before the source was kept to some.
    if (!isBelieved) expect(believed(member('a', { host: name, labels: { unit: 'nginx' } }), from(hosts), HOSTS)).toBeUndefined();
  });

  it.each(['db1', 'DB1', 'db1/shop', 'web1,db1', 'http://db1:80', 'db1.example.org', 'pve1', 'alpha/shop'])('no other host is put in a line: %s', (value) => {
    const said = member('a', { host: 'web1', labels: { host: 'web1', unit: 'nginx', other: value } });
    expect(believed(said, from(['web1']), HOSTS)).not.toHaveProperty('other');
    expect(believed(said, from(), HOSTS)).toHaveProperty('other', value);
  });

  it.each(['db12', 'my-db1', 'nginx.service', 'web1'])('what only looks like one is: %s', (value) => {
    expect(believed(member('a', { host: 'web1', labels: { unit: value } }), from(['web1']), HOSTS)).toHaveProperty('unit', value);
  });
});
