import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hookManifest } from '../../src/cli/hookmanifest.ts';
import { SNIPPETS } from '../../src/cli/scripts.ts';
import { readBody } from '../../src/core/alerts/reading.ts';
import { loadSources } from '../../src/registry.ts';

const URL_ = 'https://bot.example.org';
const dir = mkdtempSync(join(tmpdir(), 'hostler-manifest-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the program was called with, once the lines were run by a shell in which it only notes its words. */
function called(lines: string, program: string): string[][] {
  const log = join(dir, 'log');
  writeFileSync(join(dir, program), `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word"; done >>'${log}'; printf '\\n\\0' >>'${log}'\n`);
  chmodSync(join(dir, program), 0o755);
  rmSync(log, { force: true });
  execFileSync('sh', ['-eu', '-c', lines], { env: { PATH: `${dir}:/usr/bin:/bin`, HOSTLER_SECRET: `it's "a" $ecret` } });
  return readFileSync(log, 'utf8')
    .split('\n\0')
    .filter(Boolean)
    .map((call) => call.split('\0').slice(0, -1));
}
const of = (call: readonly string[], name: string) => call.flatMap((word, i) => (word === `--${name}` ? [call[i + 1] ?? ''] : []));
const plain = (pair: string) => pair.replace(/value=(.*)$/, (_, value: string) => `value=${Buffer.from(value, 'base64')}`);

/** As the templates are specified: `escape` makes a text fit between quotes, `json` writes a value, else it stands as it is. */
function rendered(template: string, with_: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{\{ (?:(escape|json) )?(\w+) \}\}/g, (_, helper: string | undefined, name: string) => {
    const value = with_[name];
    if (helper === 'json') return JSON.stringify(value);
    return helper === 'escape' ? JSON.stringify(value).slice(1, -1) : String(value);
  });
}

describe('what sets Proxmox up', () => {
  it.each([
    ['pve', 'pvesh', ['create', '/cluster/notifications/endpoints/webhook'], '/cluster/notifications/matchers'],
    ['pbs', 'proxmox-backup-debug', ['api', 'create', '/config/notifications/endpoints/webhook'], '/config/notifications/matchers'],
  ] as const)('%s: a target, a matcher, a test; its body is what its source reads', async (kind, program, words, matchers) => {
    const lines = hookManifest(`${kind}-webhook`, `${URL_}/`, undefined) ?? '';
    const [target = [], matcher = [], test = []] = called(lines, program);
    expect(target.slice(0, words.length)).toEqual(words);
    expect([of(target, 'name'), of(target, 'method'), of(target, 'url')]).toEqual([[kind], ['post'], [`${URL_}/hooks/${kind}`]]);
    expect(of(target, 'header').map(plain)).toEqual(['name=Content-Type,value=application/json', 'name=x-hostler-secret,value={{ secrets.hostler }}']);
    expect(of(target, 'secret').map(plain)).toEqual([`name=hostler,value=it's "a" $ecret`]);
    expect(matcher).toEqual(expect.arrayContaining([matchers, '--target', kind]));
    expect(test.at(-1)).toMatch(/notifications\/targets\/.*\/test$/);
    const said = { title: 'a "title"', message: 'line\n\ttab \\ ö', severity: 'error', timestamp: 1767225600, fields: { type: 'vzdump', hostname: 'pve1' } };
    const body = rendered(Buffer.from(of(target, 'body')[0] ?? '', 'base64').toString(), said);
    const source = (await loadSources()).find(({ id }) => id === kind);
    if (!source) throw new Error(kind);
    const declared = { name: kind, kind, perMinute: 1, bytes: 1, labels: {} };
    expect(readBody(body, 'application/json', 0, declared, source)).toMatchObject([{ title: 'a "title"', text: 'line\n\ttab \\ ö', severity: 'critical' }]);
  });
});

describe('what sets a host up', () => {
  it.each(SNIPPETS)('%s is one piece that a shell can read, without a secret', (which) => {
    const lines = hookManifest(which, URL_, 'cron') ?? '';
    execFileSync('sh', ['-n'], { input: lines });
    expect(lines).toContain(`${URL_}/hooks/cron`);
    expect(lines).not.toContain('\t'); // pasted, a shell would complete something there
  });

  it('takes no address and no name that a shell would read otherwise', () => {
    for (const url of [undefined, 'bot', "https://bot'; rm -rf /", 'https://bot.example.org/$(id)', 'https://a b'])
      expect(() => hookManifest('cron', url, undefined)).toThrow('--url');
    for (const name of ["a'b", '-x', 'a b', '$x', '']) expect(() => hookManifest('cron', URL_, name)).toThrow('--name');
    expect(hookManifest('slack', URL_, undefined)).toBeUndefined();
  });
});
