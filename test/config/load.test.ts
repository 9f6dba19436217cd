import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError, loadConfig, parseConfig } from '../../config/load.ts';
import { hostsOf, policyOf } from '../../config/policy.ts';
import { schema } from '../../config/schema.ts';
import { ROOT } from '../support/imports.ts';

const example = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8');

function problems(text: string): readonly { line: number; path: string; message: string }[] {
  try {
    parseConfig(text, 'x.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const at = (text: string, needle: string) => text.slice(0, text.indexOf(needle)).split('\n').length;

describe('config/example.yaml', () => {
  it('is good, and shows every key there is', () => {
    const config = parseConfig(example, 'config/example.yaml');
    expect(policyOf(config).people.get('bo')?.roles).toEqual(['operator', 'lead']);
    const keys = (node: unknown): string[] => {
      if (typeof node !== 'object' || node === null) return [];
      const own = 'properties' in node && typeof node.properties === 'object' && node.properties ? Object.keys(node.properties) : [];
      return [...own, ...Object.values(node).flatMap(keys)];
    };
    const schemaKeys = new Set(keys(JSON.parse(JSON.stringify(schemaOf()))));
    const missing = [...schemaKeys].filter((key) => !new RegExp(`\\b${key}:`).test(example));
    expect(missing).toEqual([]);
  });
});

async function jsonSchema() {
  const { z } = await import('zod');
  return z.toJSONSchema(schema, { io: 'input' });
}
let shape: unknown;
beforeAll(async () => {
  shape = await jsonSchema();
});
const schemaOf = () => shape;

describe('a damaged configuration', () => {
  it('is told with every problem at once, each with its line and what would be right', () => {
    const text = example
      .replace('practice: false', 'practise: false')
      .replace('site: east\n    address: 192.0.2.11', 'site: eest\n    address: 192.0.2.11')
      .replace('roles: [operator]\n', 'roles: [operater]\n')
      .replace('expires: 30m', 'expires: soon');
    const found = problems(text);
    const first = found.map(({ path }) => path);
    expect(first).toEqual(expect.arrayContaining(['practise', 'approvals.1.expires']));
    expect(found.find(({ path }) => path === 'practise')?.line).toBe(at(text, 'practise:'));
    expect(found.find(({ path }) => path === 'approvals.1.expires')?.line).toBe(at(text, 'expires: soon'));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'hosts.kvm1.site', message: expect.stringContaining('east, west') }),
        expect.objectContaining({ path: 'people.ana.roles.0', message: expect.stringContaining('operator') }),
      ]),
    );
  });

  it.each([
    ['a broken file', 'sites: [\n', /./],
    ['an empty file', '', /./],
    ['a list', '- a\n- b\n', /./],
    ['a literal secret', example.replace('key: file:/etc/hostler/id_ed25519', 'key: hunter2'), /never the secret itself/],
    ['one account of two people', example.replace('[U0000000002]', '[U0000000001]'), /belongs to ana already/],
    ['practice on a real address', example.replace('practice: false', 'practice: true'), /loopback/],
    ['a host without a pinned key', example.replace(/ {2}knownHosts:.*\n/, ''), /hostKey/],
    ['a missing section', example.replace(/\nsites:\n.*\n.*\n/, '\n'), /is missing: it takes a mapping/],
    ['the same host twice', `${example}\nhosts: {}\n`, /unique/i],
    ['a token that stands there', example.replace('token: env:HOSTLER_PVE9_TOKEN', 'token: hostler@pve!bot=0000'), /never the secret itself/],
    ['a node that is not pinned', example.replace(/ {4}ca: file:.*\n/, ''), /needs fingerprint.*stranger/],
    ['a fingerprint of another kind', example.replace(/fingerprint: "CC:[^"]*"/, 'fingerprint: SHA256:abc'), /32 pairs of hex digits/],
    ['a cluster at no site', example.replace('pve9:\n    site: west', 'pve9:\n    site: wast'), /no site “wast”/],
    ['a cluster without nodes', example.replace(/nodes:\n {6}pve9:.*\n/, 'nodes: {}\n'), /at least one node/],
    ['a cluster named like a host', example.replace('\n  pve9:\n', '\n  web1:\n'), /another host named “web1”/],
    ['a way through nowhere', example.replace('tunnel: web2', 'tunnel: web7'), /no host “web7”/],
    ['a node that is no host', example.replace('host: web1 #', 'host: web9 #'), /no host “web9”/],
    ['a token for metrics that nobody can reach', example.replace(/\n {2}url: https:.*\n/, '\n'), /reads \/metrics by url: which is not there/],
    ['a home that does not exist', example.replace('host: kvm1', 'host: kvm9'), /no host “kvm9”/],
  ])('refuses %s', (_what, text, message) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    expect(found.map((problem) => problem.message).join('\n')).toMatch(message);
    for (const { line } of found) expect(line).toBeGreaterThan(0);
  });

  it('is seen by plans as hosts, clusters and backup servers, each by its one name', () => {
    const hosts = hostsOf(parseConfig(example, 'config/example.yaml'));
    expect(hosts.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['kvm1 libvirt', 'web1 linux', 'web2 linux', 'alpha pve', 'pve9 pve', 'pbs1 pbs']);
    expect(hosts[3]).toMatchObject({ site: 'east', sites: ['east', 'west'], nodes: [{ name: 'pve1' }, { name: 'pve2', shell: 'web1' }] });
  });

  it('says so when there is no file', () => {
    expect(() => loadConfig('/nonexistent/hostler.yaml')).toThrow('there is no such file');
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-config-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('means the same written out by a program', () => {
    const file = join(folder, 'config.yaml');
    const input = { practice: true, sites: { a: {} }, hosts: {}, people: {}, roles: {} };
    writeFileSync(file, stringify(input));
    expect(loadConfig(file)).toMatchObject({ practice: true, approvals: [], web: { port: 8484 } });
  });
});
