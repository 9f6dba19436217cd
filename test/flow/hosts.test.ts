import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

describe('hosts of the practice fleet', () => {
  it('takes an announced reboot back when the request is cancelled', async () => {
    const { effects } = world.lab.host('web1');
    const card = await world.says('alice', 'host reboot web1 --delay 60m');
    const running = await world.presses('bob', card, 'approve', { until: ({ text }) => text.includes('1/') });
    const ended = await world.presses('alice', running, 'cancel');
    expect(ended.ticket?.state, ended.text).toBe('cancelled');
    expect(effects.filter((one) => one.startsWith('shutdown')).at(-1)).toBe('shutdown -c');
  });

  it('does not announce a second shutdown', async () => {
    expect((await world.says('alice', 'host reboot kvm2')).text).toContain('goes down already: reboot');
    expect((await world.says('alice', 'host cancel kvm2')).ticket?.state).toBe('done');
    expect((await world.says('alice', 'host cancel kvm2')).text).toContain('no shutdown is announced');
    expect((await world.says('alice', 'host reboot kvm2')).ticket?.state).toBe('waiting');
  });

  it('shows what a node of a cluster carries, and what its quorum stands at', async () => {
    const { text } = await world.says('alice', 'host reboot pve1');
    expect(text).toMatch(/quorum of alpha/);
    expect(text).toContain('node evacuate pve1');
  });

  it('refuses a node that the cluster cannot do without', async () => {
    await world.lab.cluster('alpha').down('pve3');
    const refused = await world.says('alice', 'host reboot pve1');
    await world.lab.cluster('alpha').up('pve3');
    expect(refused.ticket?.state, refused.text).toBe('refused');
    expect(refused.text).toContain('quorum');
  });

  it('switches a host off, and sees it silent', async () => {
    const card = await world.says('alice', 'host shutdown pi1 --confirm pi1');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'host info pi1')).text).toMatch(/unreachable|cannot be asked/);
  });

  it('does not rename a node of a cluster', async () => {
    expect((await world.says('alice', 'host rename pve2 other')).text).toContain('member of a cluster (proxmox)');
  });

  it('sets time zones of several hosts, and an undo sets them back', async () => {
    const done = await world.says('alice', 'host timezone set Asia/Shanghai web1 db1');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'host timezone show web1')).text).toContain('Asia/Shanghai');
    const undone = await world.presses('alice', done, 'undo');
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await world.says('alice', 'host timezone show db1')).text).toContain('Etc/UTC');
  });

  it('says what is past its end of life', async () => {
    const { text } = await world.says('alice', 'host eol web1 db1 alpha');
    expect(text).toContain('LTS 2028-06-30');
    expect(text).toContain('Proxmox VE');
  });
});
