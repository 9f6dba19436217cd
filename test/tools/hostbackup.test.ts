import { describe, expect, it } from 'vitest';
import { contradictions } from '../../config/contradictions.ts';
import type { Host } from '../../src/core/command.ts';
import type { HostBackup } from '../../src/core/declared.ts';
import { speak } from '../../src/core/words.ts';
import { parseArchives, parsePrune } from '../../src/tools/hostbackup/borg.ts';
import { parseForget, parseLocks, parseSnapshots } from '../../src/tools/hostbackup/restic.ts';
import { parseMirror } from '../../src/tools/hostbackup/rsync.ts';
import { seenOf } from '../../src/tools/hostbackup/tool.ts';
import { amongHosts, lastWords, TOOLS, worryOf } from '../../src/tools/hostbackup.ts';

/** As restic 0.14.0 and borg 1.2.4 print them. */
const SNAPSHOTS =
  '[{"time":"2026-11-21T21:52:52.9649537Z","tree":"45aa","paths":["/srv/data"],"hostname":"web1","username":"root","tags":["hostler"],"id":"dc557086dec56d080f9ce9a93bf4efa6be94b3537f520cfd8da41f15b2c5b280","short_id":"dc557086"}]';
const FORGET = `[{"tags":null,"host":"web1","paths":["/srv/data"],"keep":[],"remove":[{"time":"2026-11-21T21:52:52.9649537Z","id":"dc557086dec56d080f9ce9a93bf4efa6be94b3537f520cfd8da41f15b2c5b280","short_id":"dc557086"}],"reasons":[]}]
loading indexes...
loading all snapshots...
`;
const ARCHIVES = `{
    "archives": [
        {
            "archive": "web1-etc-T1",
            "barchive": "web1-etc-T1",
            "id": "55b44c965428e66f119fd64b697f923276bea78ec5183561adc8a00793ccd9d0",
            "name": "web1-etc-T1",
            "start": "2026-11-21T21:53:15.000000",
            "time": "2026-11-21T21:53:15.000000"
        }
    ],
    "encryption": { "mode": "repokey" }
}`;
const PRUNE = `Keeping archive (rule: secondly #1):     web1-etc-T2                          Sat, 2026-11-21 21:53:18 [994aef9a6092c43ce8eb9d1d41951c6b07459f6a50aace5faac60c270dedeaf6]
Would prune:                             web1-etc-T1                          Sat, 2026-11-21 21:53:15 [55b44c965428e66f119fd64b697f923276bea78ec5183561adc8a00793ccd9d0]
`;
const AT = Date.UTC(2026, 10, 21, 21, 53) / 1000;

const backup: HostBackup = {
  name: 'etc',
  tool: 'restic',
  repository: '/backup',
  paths: ['/etc'],
  exclude: ['-x', '*.tmp'],
  password: { env: 'PASSWORD' },
  keep: {},
  maxAgeMs: 26 * 3_600_000,
};
const host: Host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.1', libvirt: '', backups: [backup] };
const one = { host, backup, name: 'web1/etc' };

describe('what the tools print', () => {
  it('is read: snapshots, archives, what a prune would remove', () => {
    expect(parseSnapshots(SNAPSHOTS)).toEqual([{ id: 'dc557086', at: AT - 8 }]);
    expect(parseForget(FORGET)).toEqual(['dc557086']);
    expect(parseArchives(ARCHIVES)).toEqual([{ id: 'web1-etc-T1', at: AT + 15 }]);
    expect(parsePrune(PRUNE)).toEqual(['web1-etc-T1']);
    expect(parseForget('[]\n')).toEqual([]);
  });

  it('is told apart from what went wrong', () => {
    const seen = seenOf(`unmounted\nmissing /srv/gone\nverified 1700000000\n== saved\n${SNAPSHOTS}\n`, parseSnapshots);
    expect(seen).toMatchObject({ unmounted: true, missing: ['/srv/gone'], verifiedAt: 1_700_000_000, error: undefined });
    expect(seen.saved).toHaveLength(1);
    expect(seenOf('== saved\nerror Fatal: wrong password or no key found\n', parseSnapshots)).toMatchObject({
      saved: [],
      error: 'Fatal: wrong password or no key found',
    });
    expect(seenOf('== saved\n', parseSnapshots).error).toBe('it did not answer in time');
    expect(seenOf(`== saved\nerror Warning: a warning\n${SNAPSHOTS}\n`, parseSnapshots).error).toBeUndefined();
    expect(() => seenOf('something else', parseSnapshots)).toThrow();
    expect(parseMirror(`last ${AT}\n== saved\n`).saved).toEqual([{ id: 'mirror', at: AT }]);
    expect(parseMirror('== saved\n').saved).toEqual([]);
  });

  it('says who holds a repository: a shared lock is only in the way of who must be alone', () => {
    const shared = '{"time":"2026-11-21T21:52:54.67377538Z","exclusive":false,"hostname":"web1","username":"root","pid":4711}\n';
    expect(parseLocks(shared, false)).toBeUndefined();
    expect(parseLocks(shared, true)).toBe('web1, process 4711, since 2026-11-21T21:52');
    expect(parseLocks(shared.replace('false', 'true'), false)).toContain('4711');
    expect(parseLocks('', true)).toBeUndefined();
  });
});

describe('a step on a backup', () => {
  it.each(['restic', 'borg', 'rsync'] as const)('by %s has its password by standard input only', (tool) => {
    const does = TOOLS[tool].run(host, { ...backup, tool }, 'T1');
    expect(does.stdin).toEqual({ env: 'PASSWORD' });
    expect(does.argv.slice(3).join(' ')).not.toContain('PASSWORD');
    // What is left out cannot be taken for an option.
    expect(does.argv.join(' ')).toMatch(tool === 'rsync' ? /--exclude=-x/ : /--exclude -x/);
  });
});

it('how old the last one is, is said', () => {
  const seen = (hours: number | undefined, verifiedAt?: number) => ({
    saved: hours === undefined ? [] : [{ id: 'a', at: AT - hours * 3600 }],
    unmounted: false,
    missing: [],
    verifiedAt,
    error: undefined,
  });
  const now = AT * 1000;
  expect(speak(lastWords(one, seen(8), now), 'en')).toBe('8 h old');
  expect(speak(lastWords(one, seen(72), now), 'en')).toBe('3 days old: TOO OLD');
  expect(speak(lastWords(one, seen(undefined), now), 'zh')).toBe('没有');
  expect([worryOf(one, seen(8), now), worryOf(one, seen(8, AT), now), worryOf(one, seen(72, AT), now), worryOf(one, seen(undefined), now)]).toEqual([
    'unproven',
    'good',
    'old',
    'none',
  ]);
  expect(worryOf(one, { ...seen(8), error: 'no' }, now)).toBe('unread');
});

it('a request is about hosts with backups only where its names say so', () => {
  const cluster: Host = { ...host, name: 'alpha', kind: 'pve', backups: [] };
  const bare: Host = { ...host, name: 'web2', backups: [] };
  const hosts = [host, bare, cluster];
  const meant = (...names: string[]) => amongHosts('guests')({ guests: names }, hosts).map(({ name }) => name);
  expect(meant()).toEqual(['web1', 'alpha']);
  expect(meant('gitlab')).toEqual(['alpha']);
  expect(meant('web1')).toEqual(['web1', 'alpha']); // a guest may be called so
  expect(meant('web1/etc')).toEqual(['web1']);
  expect(meant('web1/etc', 'gitlab')).toEqual(['web1', 'alpha']);
  expect(meant('web2/etc')).toEqual(['alpha']);
  expect(amongHosts('what')({ what: 'web1/etc' }, hosts)).toEqual([host]);
});

it('what cannot be meant is refused in the configuration', () => {
  const said = (more: object) =>
    contradictions({ hosts: { web1: { backups: { etc: { tool: 'restic', repository: '/backup', paths: ['/etc'], password: 'env:P', ...more } } } } })
      .filter(({ path }) => path.includes('backups'))
      .map(({ message }) => message);
  expect(said({})).toEqual([]);
  expect(said({ password: undefined })[0]).toContain('needs password:');
  expect(said({ tool: 'borg', password: undefined })).toEqual([]);
  expect(said({ tool: 'rsync' })[0]).toContain('rsync takes none');
  expect(said({ tool: 'rsync', password: undefined, keep: { last: 1 } })[0]).toContain('keeps one state');
  expect(said({ repository: 'rest:https://web1:hunter2@backup.example.org/' })[0]).toContain('holds a password');
  expect(said({ repository: 'ssh://borg@backup.example.org:22/./repo' })).toEqual([]);
  expect(said({ repository: '/etc/backup' })[0]).toContain('into itself');
  const certificates = [{ name: 'a', from: { host: 'nosuch' } }, { name: 'a' }];
  expect(contradictions({ certificates }).map(({ path }) => path.join('.'))).toEqual(
    expect.arrayContaining(['certificates.0.from.host', 'certificates.1.name']),
  );
});
