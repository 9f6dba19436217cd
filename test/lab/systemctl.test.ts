import { describe, expect, it } from 'vitest';
import { connect, exec, newLab } from './wire.ts';

describe('systemctl', () => {
  it('lists services', async () => {
    const client = await connect(await newLab(), 'web1');
    const { out } = await exec(client, 'systemctl list-units --type=service --all --no-legend --no-pager --plain');
    expect(out).toMatch(/^nginx\.service +loaded +active +running +A high performance web server and a reverse proxy server$/m);
    expect(out).toMatch(/^auditd\.service +not-found inactive dead +auditd\.service$/m);
    expect(out.trim().split('\n').length).toBeGreaterThanOrEqual(12);
  });

  it('shows a unit, and says so of one that does not exist', async () => {
    const client = await connect(await newLab(), 'web1');
    expect((await exec(client, 'systemctl show nginx -p Id,ActiveState,SubState --no-pager')).out).toBe(
      'Id=nginx.service\nActiveState=active\nSubState=running\n',
    );
    expect(await exec(client, 'systemctl show nope --property=LoadState,MainPID')).toEqual({ out: 'MainPID=0\nLoadState=not-found\n', err: '', exit: 0 });
    expect((await exec(client, 'systemctl show sshd -p Id')).out).toBe('Id=ssh.service\n');
  });

  it('restarts a unit under a new process id', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    const pid = async () => (await exec(client, 'systemctl show nginx.service -p MainPID --value')).out;
    const before = await pid();
    expect(await exec(client, 'systemctl restart nginx')).toEqual({ out: '', err: '', exit: 0 });
    expect(await pid()).not.toBe(before);
    expect((await exec(client, 'journalctl -u nginx -n 1 --no-pager -o cat')).out).toMatch(/^Started nginx\.service - /);
    await exec(client, 'systemctl stop nginx.service');
    expect(await exec(client, 'systemctl is-active nginx')).toEqual({ out: 'inactive\n', err: '', exit: 3 });
    expect(lab.host('web1').effects).toEqual(['systemctl restart nginx', 'systemctl stop nginx.service']);
  });

  it('fails as systemd does', async () => {
    const client = await connect(await newLab(), 'web1');
    expect(await exec(client, 'systemctl restart nope')).toEqual({ out: '', err: 'Failed to restart nope.service: Unit nope.service not found.\n', exit: 5 });
    expect(await exec(client, 'systemctl is-active nope')).toEqual({ out: 'inactive\n', err: '', exit: 3 });
    expect((await exec(client, 'systemctl frobnicate')).err).toBe('Unknown command verb frobnicate.\n');
  });

  it('has one failed unit in the whole fleet', async () => {
    const lab = await newLab();
    const answers = await Promise.all(
      Object.keys(lab.config.hosts).map(async (name) => {
        const client = await connect(lab, name);
        const failed = (await exec(client, 'systemctl list-units --failed --no-legend --plain')).out;
        const running = await exec(client, 'systemctl is-system-running');
        expect(running).toEqual(failed === '' ? { out: 'running\n', err: '', exit: 0 } : { out: 'degraded\n', err: '', exit: 1 });
        return failed;
      }),
    );
    expect(answers.join('').trim().split('\n')).toHaveLength(1);
  });
});
