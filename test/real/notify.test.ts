import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf, SNIPPETS, snippet } from '../../src/cli/scripts.ts';
import { type Door, hookDoor } from '../support/hooks.ts';
import { BIN } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

const run = promisify(execFile);
const ended = (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(program, [...args], { env: { ...process.env, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );

let door: Door;
let dir: string;
beforeAll(async () => {
  door = await hookDoor({ sources: { notify: { kind: 'notify' } } });
  dir = mkdtempSync(join(tmpdir(), 'hostler-notify-'));
});
afterAll(async () => {
  await door.close();
  rmSync(dir, { recursive: true, force: true });
});

const signals = async (during: () => Promise<unknown>) => (await door.heard(during))[1].flatMap((one) => one.signals ?? []);

describe('hostler notify', () => {
  const notify = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    ended(process.execPath, [BIN, 'notify', ...args], { HOSTLER_URL: door.url, HOSTLER_NOTIFY_SECRET: 'the-very-secret-of-notify', LANG: 'C', ...env });

  it('sends what it is told, signed', async () => {
    const args = [
      'notify',
      '--title',
      'disk "full"',
      '--text',
      'line 1\nline 2',
      '--severity',
      'critical',
      '--label',
      'mount=/srv',
      '--fingerprint',
      'f',
      '--link',
      'https://wiki.example.org/disk',
    ];
    const found = await signals(() => notify(args));
    expect(found).toMatchObject([
      { title: 'disk "full"', text: 'line 1\nline 2', severity: 'critical', labels: { mount: '/srv' }, fingerprint: 'f', url: 'https://wiki.example.org/disk' },
    ]);
    expect(await signals(() => notify(['notify', '--title', 'x', '--fingerprint', 'f', '--resolved']))).toMatchObject([
      { status: 'resolved', fingerprint: 'f' },
    ]);
  });

  it('says what is wrong with it', async () => {
    writeFileSync(join(dir, 'wrong'), 'not it\n');
    expect(await notify(['notify', '--title', 'x', '--secret-file', join(dir, 'wrong')])).toMatchObject({ code: 1, stderr: expect.stringContaining('401') });
    expect(await notify(['notify'])).toMatchObject({ code: 2, stderr: expect.stringContaining('usage') });
    expect(await notify(['notify', '--title', 'x', '--severity', 'bad'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('critical, warning, notice'),
    });
    expect(await notify(['notify', '--title', 'x'], { HOSTLER_NOTIFY_SECRET: '' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('HOSTLER_NOTIFY_SECRET'),
    });
  });

  it('runs a command as if it stood alone, and tells of its failure and of its end', async () => {
    const failing = () => notify(['notify', '--on-failure', '--title', 'backup', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
    const came: unknown[] = [];
    const [fired] = await signals(async () => came.push(await failing()));
    expect(came).toMatchObject([{ code: 7, stdout: 'out\n', stderr: 'err\n' }]);
    expect(fired).toMatchObject({ status: 'firing', title: 'backup', text: expect.stringMatching(/err\n\(exit 7\)$/) });
    expect(await signals(() => notify(['notify', '--on-failure', '--title', 'backup', '--', 'true']))).toMatchObject([
      { status: 'resolved', fingerprint: fired?.fingerprint },
    ]);
    expect(await notify(['notify', '--on-failure', '--', '/no/such/program'])).toMatchObject({ code: 127 });
  });
});

describe.runIf(needs(['curl']))('scripts with nothing but sh and curl', () => {
  /** The scripts in a folder of their own instead of where root would put them. */
  function installed(): (name: string) => string {
    const root = join(dir, 'root');
    const conf = join(root, 'etc/hostler/notify.conf');
    mkdirSync(dirname(conf), { recursive: true });
    writeFileSync(conf, `url = "${door.url}/hooks/notify"\nheader = "x-hostler-secret: the-very-secret-of-notify"\n`, { mode: 0o600 });
    for (const { path, mode, content } of SNIPPETS.flatMap((one) => [...filesOf(one)])) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content.replaceAll('/usr/local/sbin/', `${root}/usr/local/sbin/`).replaceAll('/etc/hostler/', `${root}/etc/hostler/`));
      chmodSync(file, Number.parseInt(mode, 8));
    }
    return (name) => join(root, name);
  }

  it('hostler-cron: a failure with its last lines, and its end; whatever the output is', async () => {
    const at = installed();
    const cron = (script: string) => ended('sh', [at('/usr/local/sbin/hostler-cron'), 'nightly "b"', 'sh', '-c', script]);
    const nasty = `i=0; while [ $i -lt 3000 ]; do echo "line $i"; i=$((i+1)); done; printf 'tab\\there "quoted" back\\\\slash \\001\\033[31m \\303\\266 end\\n'; exit 3`;
    let code = 0;
    const [fired] = await signals(async () => ({ code } = await cron(nasty)));
    expect(code).toBe(3);
    expect(fired).toMatchObject({ status: 'firing', severity: 'warning', title: 'cron: nightly "b" failed with 3', labels: { job: 'nightly "b"' } });
    expect(fired?.text).toMatch(/line 2999\ntab here "quoted" back\\slash \[31m ö end$/);
    expect(await signals(() => cron('echo fine'))).toMatchObject([{ status: 'resolved', fingerprint: fired?.fingerprint }]);
  });

  it.each([
    ['no file', 'exit 1'],
    ['an empty file', 'ln -sf /dev/full "$FULL" && echo "$FULL"'],
  ])('hostler-cron runs and tells also where there is room for %s more', async (_, mktemp) => {
    const at = installed();
    const bin = join(dir, 'full');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'mktemp'), `#!/bin/sh\n${mktemp}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}`, FULL: join(bin, 'out') };
    const cron = (script: string) => ended('sh', [at('/usr/local/sbin/hostler-cron'), 'backup', 'sh', '-ec', script], env);
    const came: unknown[] = [];
    const [fired] = await signals(async () => came.push(await cron('echo out; echo err >&2; exit 3')));
    const [over] = await signals(async () => came.push(await cron('echo fine')));
    expect(came).toMatchObject([
      { code: 3, stdout: 'out\n', stderr: 'err\n' },
      { code: 0, stdout: 'fine\n' },
    ]);
    expect(fired).toMatchObject({ status: 'firing', title: 'cron: backup failed with 3', text: 'There was no room to keep what it said.' });
    expect(over).toMatchObject({ status: 'resolved', fingerprint: fired?.fingerprint });
  });

  it('smartd: what its manual says it is given', async () => {
    const at = installed();
    // smartd.conf(5), "-M exec": the variables, and the message of its example.
    const given = {
      SMARTD_FAILTYPE: 'ErrorCount',
      SMARTD_DEVICE: '/dev/sda',
      SMARTD_DEVICESTRING: '/dev/sda [SAT]',
      SMARTD_MESSAGE: 'Device: /dev/sda [SAT], ATA error count increased from 0 to 1',
      SMARTD_FULLMESSAGE: 'This message was generated by the smartd daemon running on:\n\nDevice: /dev/sda [SAT], ATA error count increased from 0 to 1',
    };
    const found = await signals(() => ended('sh', [at('/usr/local/sbin/hostler-smartd')], given));
    expect(found).toMatchObject([
      { once: true, severity: 'critical', title: 'smartd: ErrorCount of /dev/sda [SAT]', labels: { device: '/dev/sda', failtype: 'ErrorCount' } },
    ]);
    expect(found[0]?.text).toContain('ATA error count increased from 0 to 1');
    expect(await signals(() => ended('sh', [at('/usr/local/sbin/hostler-smartd')], { ...given, SMARTD_FAILTYPE: 'EmailTest' }))).toMatchObject([
      { severity: 'notice' },
    ]);
  });

  it('ZED: a vdev that falls out and comes back', async () => {
    const at = installed();
    const zed = (state: string, more = {}) =>
      signals(() =>
        ended('sh', [at('/etc/zfs/zed.d/all-hostler.sh')], {
          ...{ ZEVENT_EID: '15', ZEVENT_CLASS: 'resource.fs.zfs.statechange', ZEVENT_SUBCLASS: 'statechange', ZEVENT_POOL: 'tank' },
          ...{ ZEVENT_VDEV_PATH: '/dev/sdb1', ZEVENT_VDEV_STATE_STR: state, ...more },
        }),
      );
    const [out] = await zed('FAULTED');
    expect(out).toMatchObject({
      status: 'firing',
      severity: 'critical',
      title: 'zfs: /dev/sdb1 of tank is FAULTED',
      labels: { pool: 'tank', vdev: '/dev/sdb1' },
    });
    expect(await zed('ONLINE')).toMatchObject([{ status: 'resolved', fingerprint: out?.fingerprint }]);
    expect(await zed('OFFLINE')).toEqual([]);
    expect(await zed('', { ZEVENT_SUBCLASS: 'history_event' })).toEqual([]);
    expect(await zed('', { ZEVENT_SUBCLASS: 'data' })).toMatchObject([{ once: true }]);
  });

  it('hostler-notify fails where nobody takes it, and the secret is in no list of processes', async () => {
    const at = installed();
    const conf = join(dir, 'closed.conf');
    writeFileSync(conf, `url = "http://127.0.0.1:1/hooks/notify"\nheader = "x-hostler-secret: the-very-secret-of-notify"\nretry = 0\n`);
    const script = readFileSync(at('/usr/local/sbin/hostler-notify'), 'utf8').replace('--retry 6', '--retry 0');
    const file = join(dir, 'once');
    writeFileSync(file, script);
    expect((await ended('sh', ['-c', 'exec sh "$@" </dev/null', 'sh', file, 'firing', 'warning', 'f', 't'], { HOSTLER_NOTIFY_CONF: conf })).code).not.toBe(0);
    for (const one of SNIPPETS)
      expect(
        filesOf(one)
          .map(({ content }) => content)
          .join(),
      ).not.toMatch(/secret/i);
  });
});

describe.runIf(needs([...SYSTEMD]))('a unit that fails', () => {
  let host: SystemdHost;
  beforeAll(async () => {
    host = await startSystemd({ image: 'curl' });
  }, BUILD_MS);
  afterAll(() => host?.close());

  it('is told of by OnFailure=, and when it is well again', async () => {
    const ssh = host.ssh();
    const sh = async (script: string) => {
      const exec = await ssh.exec(['sh', '-c', script], { timeoutMs: 30_000, cap: 10_000 });
      return exec.kind === 'exit' ? { exit: exec.code, out: `${exec.stdout}${exec.stderr}` } : { exit: -1, out: exec.kind };
    };
    writeFileSync(join(host.root, 'root/setup'), snippet('systemd', `${door.url}/hooks/notify`));
    writeFileSync(
      join(host.root, 'etc/systemd/system/broken.service'),
      '[Service]\nType=oneshot\nExecStart=/bin/sh -c "echo it went wrong; test -e /run/mended"\n',
    );
    mkdirSync(join(host.root, 'etc/systemd/system/hostler-notify@.service.d'), { recursive: true });
    writeFileSync(join(host.root, 'etc/systemd/system/hostler-notify@.service.d/soon.conf'), '[Service]\nEnvironment=HOSTLER_LOOK=0.5\n');
    expect(await sh('HOSTLER_SECRET=the-very-secret-of-notify sh -e /root/setup')).toMatchObject({ exit: 0 });
    expect(await sh('stat -c %a /etc/hostler/notify.conf')).toMatchObject({ out: '600\n' });
    const fired = await signals(async () => {
      await sh('systemctl start broken.service');
      await expect.poll(async () => (await door.waiting()).length).toBeGreaterThan(0);
    });
    expect(fired).toMatchObject([
      { status: 'firing', title: 'systemd: broken.service failed', labels: { unit: 'broken.service' }, text: expect.stringContaining('it went wrong') },
    ]);
    const over = await signals(async () => {
      await sh('touch /run/mended; systemctl start broken.service');
      await expect.poll(async () => (await door.waiting()).length).toBeGreaterThan(0);
    });
    expect(over).toMatchObject([{ status: 'resolved', fingerprint: fired[0]?.fingerprint }]);
    // What tells is not told of when it fails itself.
    expect((await sh('systemctl show --property OnFailure hostler-notify@x.service')).out.trim()).toBe('OnFailure=');
    ssh.close();
  }, 60_000);
});
