import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contradictions } from '../../config/contradictions.ts';
import type { Host } from '../../src/core/command.ts';
import type { HostBackup } from '../../src/core/declared.ts';
import { HostError } from '../../src/core/errors.ts';
import type { Argv } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { parseArchives, parsePrune } from '../../src/tools/hostbackup/borg.ts';
import { parseForget, parseLocks, parseSnapshots } from '../../src/tools/hostbackup/restic.ts';
import { parseMirror } from '../../src/tools/hostbackup/rsync.ts';
import { clearStage, putInPlace, seenOf, stageOf } from '../../src/tools/hostbackup/tool.ts';
import { amongHosts, lastWords, seenOf as seenOfHost, TOOLS, worryOf } from '../../src/tools/hostbackup.ts';

/** As restic 0.14.0 and borg 1.2.4 print them. */
const SNAPSHOTS =
  '[{"time":"2026-11-21T21:52:52.9649537Z","tree":"45aa","paths":["/srv/data"],"hostname":"web1","username":"root","tags":["hostler:web1/etc"],"id":"dc557086dec56d080f9ce9a93bf4efa6be94b3537f520cfd8da41f15b2c5b280","short_id":"dc557086"}]';
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
const data: HostBackup = { ...backup, paths: ['/srv/data/'] };
const ofData = (answer: string) => parseSnapshots(answer, host, data);

describe('what the tools print', () => {
  it('is read: snapshots, archives, what a prune would remove', () => {
    expect(ofData(SNAPSHOTS)).toEqual([{ id: 'dc557086', at: AT - 8 }]);
    expect(parseForget(FORGET, data)).toEqual(['dc557086']);
    expect(parseArchives(ARCHIVES, host, backup)).toEqual([{ id: 'web1-etc-T1', at: AT + 15 }]);
    expect(parsePrune(PRUNE)).toEqual(['web1-etc-T1']);
    expect(parseForget('[]\n', data)).toEqual([]);
  });

  it('is one backup’s alone, whatever else is in the repository', () => {
    const [snapshot] = JSON.parse(SNAPSHOTS);
    const restic = (one: object, on: Pick<Host, 'name' | 'backups'> = host) => parseSnapshots(JSON.stringify([{ ...snapshot, ...one }]), on, data)[0];
    const state = { id: 'dc557086', at: AT - 8 };
    expect(restic({ paths: ['/srv/data', '/etc'] })).toBeUndefined();
    expect(restic({ tags: ['hostler:web1/other'] })).toBeUndefined();
    // As it was made until now; as somebody else makes it; and where two backups are of the same.
    expect(restic({ tags: undefined })).toEqual(state);
    expect(restic({ tags: ['by-hand'] })).toEqual({ ...state, unsure: true });
    expect(restic({ tags: null }, { ...host, backups: [data, { ...data, name: 'twin' }] })).toEqual({ ...state, unsure: true });
    expect(parseForget(FORGET, { ...data, paths: ['/srv'] })).toEqual([]);

    const borg = (...names: string[]) => {
      const archives = names.map((name) => ({ name, start: '2026-11-21T21:53:15.000000' }));
      return parseArchives(JSON.stringify({ archives }), host, backup).map(({ id, unsure }) => `${id}${unsure ? ' unsure' : ''}`);
    };
    expect(borg('web1:etc:T1', 'web1-etc-T0', 'web1-etc-20261121T041500', 'web1-etc-2026-11-21')).toHaveLength(4);
    expect(borg('web1:etc:T1', 'web1-etc-T0', 'web1-etc-2-T3')).toEqual(['web1:etc:T1', 'web1-etc-T0 unsure']);
    expect(borg('web1-etc-2-T3', 'web1-etc-T1.checkpoint')).toEqual([]);
  });

  it('is told apart from what went wrong', () => {
    const seen = seenOf(`unmounted\nmissing /srv/gone\nverified 1700000000\n== saved\n${SNAPSHOTS}\n`, ofData);
    expect(seen).toMatchObject({ unmounted: true, missing: ['/srv/gone'], verifiedAt: 1_700_000_000, error: undefined });
    expect(seen.saved).toHaveLength(1);
    expect(seenOf('== saved\nerror Fatal: wrong password or no key found\n', ofData)).toMatchObject({
      saved: [],
      error: 'Fatal: wrong password or no key found',
    });
    expect(seenOf('== saved\n', ofData).error).toBe('it did not answer in time');
    expect(seenOf(`== saved\nerror Warning: a warning\n${SNAPSHOTS}\n`, ofData).error).toBeUndefined();
    expect(() => seenOf('something else', ofData)).toThrow();
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

it('where a host does not answer, what was wrong is said in words', async () => {
  const why = say({ en: '{program} failed (exit {code})', zh: '{program} 失败（退出码 {code}）' }, { program: 'borg', code: 2 });
  const { error } = await seenOfHost({ read: () => Promise.reject(new HostError('failed', 'web1', why)) }, one);
  expect(error).toBe('borg failed (exit 2)');
});

describe('what was restored beside', () => {
  const dir = () => mkdtempSync(join(tmpdir(), 'restore-'));
  const runs = ([program, ...args]: Argv, env: NodeJS.ProcessEnv = {}) => spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } });
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it('takes the place of what is there, path by path: what is above is left as it was', () => {
    const root = dir();
    try {
      const stage = stageOf(root, 'T1');
      for (const [path, text] of Object.entries({ 'srv/data/a': 'changed', 'srv/data/new': 'since then', 'srv/other': 'else' })) {
        mkdirSync(join(root, path, '..'), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      chmodSync(root, 0o755);
      chmodSync(join(root, 'srv'), 0o751);
      // As borg leaves it: what it makes above a path has no rights of its own.
      const borg = join(root, 'bin');
      mkdirSync(borg);
      writeFileSync(join(borg, 'borg'), '#!/bin/sh\nmkdir -p srv/data && chmod 750 srv/data && echo first >srv/data/a && ln -s a srv/data/l\n', {
        mode: 0o755,
      });
      const made = runs(TOOLS.borg.restore(host, { ...backup, tool: 'borg', paths: ['/srv/data/'] }, 'A1', stage, undefined).argv, {
        PATH: `${borg}:${process.env.PATH}`,
      });
      expect(made.status, made.stderr).toBe(0);
      expect([mode(stage), mode(join(stage, 'srv')), readFileSync(join(root, 'srv/data/a'), 'utf8')]).toEqual(['700', '700', 'changed']);
      const put = runs(putInPlace(root, stage, ['/srv/data/', '/etc/absent']));
      expect(put.status, put.stderr).toBe(0);
      expect([mode(root), mode(join(root, 'srv')), mode(join(root, 'srv/data'))]).toEqual(['755', '751', '750']);
      expect(['a', 'new'].map((name) => readFileSync(join(root, 'srv/data', name), 'utf8'))).toEqual(['first\n', 'since then']);
      expect(readlinkSync(join(root, 'srv/data/l'))).toBe('a');
      expect(runs(clearStage(stage)).status).toBe(0);
      expect(existsSync(stage)).toBe(false);
      expect(runs(putInPlace(root, stage, ['/srv/data'])).status).toBe(73);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('of a whole root does not change the rights of the root', () => {
    const root = dir();
    try {
      chmodSync(root, 0o755);
      const stage = stageOf(root, 'T1');
      mkdirSync(stage, { mode: 0o700 });
      writeFileSync(join(stage, 'a'), 'first');
      expect(runs(putInPlace(root, stage, ['/'])).status).toBe(0);
      expect([mode(root), readFileSync(join(root, 'a'), 'utf8')]).toEqual(['755', 'first']);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('goes through no link of anybody but root, and says what it has not', () => {
    const root = dir();
    try {
      const stage = stageOf(root, 'T1');
      mkdirSync(join(stage, 'home/a'), { recursive: true });
      writeFileSync(join(stage, 'home/a/shadow'), 'mine');
      mkdirSync(join(root, 'etc'));
      mkdirSync(join(root, 'home'));
      symlinkSync('../etc', join(root, 'home/a'));
      const put = () => runs(putInPlace(root, stage, ['/home/a/shadow', '/srv']));
      if (process.getuid?.() === 0) {
        lchownSync(join(root, 'home/a'), 1000, 1000);
        const refused = put();
        expect([refused.status, refused.stderr]).toEqual([74, expect.stringContaining('home/a is a link, and not root')]);
        expect(readdirSync(join(root, 'etc'))).toEqual([]);
        lchownSync(join(root, 'home/a'), 0, 0);
        expect([put().stdout, readdirSync(join(root, 'etc'))]).toEqual([expect.stringContaining('it has no /srv: that is left as it is'), ['shadow']]);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('goes to its place whole: who asks it to end is not heard', () => {
    const root = dir();
    try {
      const stage = stageOf(root, 'T1');
      mkdirSync(join(stage, 'srv'), { recursive: true });
      for (let i = 0; i < 50; i += 1) writeFileSync(join(stage, 'srv', String(i)), 'x');
      // Its own copy asks for the end of the whole, first of all.
      const bin = join(root, 'bin');
      mkdirSync(bin);
      writeFileSync(join(bin, 'cp'), '#!/bin/sh\nkill -TERM $PPID $$\nexec /bin/cp "$@"\n', { mode: 0o755 });
      expect(runs(putInPlace(root, stage, ['/srv']), { PATH: `${bin}:${process.env.PATH}` }).status).toBe(0);
      expect(readdirSync(join(root, 'srv'))).toHaveLength(50);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('is removed only where it is such a folder', () => {
    const root = dir();
    try {
      expect(runs(clearStage(root)).status).toBe(0);
      expect(existsSync(root)).toBe(true);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
