import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { type Guest, type Libvirt, startLibvirt } from '../support/real/libvirt.ts';
import { closeAll, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const NEEDED = ['root', 'unshare', 'nsenter', 'sshd', 'ssh-keygen', 'libvirtd', 'virsh', 'qemu-system-x86_64', 'qemu-img', 'busybox', 'cpio', 'kernel'];
const some = () => randomInt(1e8, 1e9).toString(36); // always six characters: what is cut is known
const SPACED = `db ${some()}`;
const HOSTILE = `$(touch pwned) <!channel> it's "${some()}" \u202e`;

describe.skipIf(!needs(NEEDED))('guests of a real libvirtd, asked for in the chat', { timeout: 120_000 }, () => {
  let libvirt: Libvirt;
  let sshd: Sshd;
  let bot: RealBot;
  let web: Guest;
  let twin: Guest;
  let spaced: Guest;
  let hostile: Guest;
  beforeAll(async () => {
    libvirt = await startLibvirt();
    web = libvirt.define(`web-${some()}`);
    twin = libvirt.define(`${web.name} `);
    spaced = libvirt.define(SPACED);
    hostile = libvirt.define(HOSTILE);
    sshd = await startSshd({ within: libvirt.within });
    bot = await realBot({ kvm: { ...hostOf(sshd), kind: 'libvirt', libvirt: 'qemu:///system' } });
  }, 120_000);
  afterAll(() => closeAll(bot, sshd, libvirt));

  /** Alice says it; where it waits, bob approves. What libvirt said in between proves that nothing was done before. */
  const done = async (line: string, guest: Guest, approved: boolean) => {
    const before = guest.state();
    const card = await bot.says('alice', line, { ms: 60_000 });
    expect(card.ticket?.state, card.text).toBe(approved ? 'waiting' : 'done');
    if (!approved) return card;
    expect(guest.state()).toBe(before);
    const pressed = await bot.presses('bob', card, 'approve');
    expect(pressed.ticket?.state, pressed.text).toBe('done');
    return pressed;
  };
  const refused = async (line: string, ...words: string[]) => {
    const card = await bot.says('alice', line);
    expect(card.ticket?.state, card.text).toBe('refused');
    for (const word of words) expect(card.text).toContain(word);
  };

  it('lists them all, whatever their names are', async () => {
    const card = await bot.says('alice', 'vm list');
    const table = card.blocks.find((block) => block.kind === 'table');
    const shown = (name: string) => [name, '', 'stopped', 1, '128 MiB', '', 'kvm'];
    expect(table?.rows).toHaveLength(4);
    expect(table?.rows).toEqual(
      expect.arrayContaining([shown(web.name), shown(twin.name), shown(SPACED), shown(`${HOSTILE.replace('\u202e', '\uFFFD').slice(0, 39)}…`)]),
    );
  });

  it('starts one, once, and shows it', async () => {
    await done(`vm start ${web.name}`, web, false);
    expect(web.state()).toBe('running');
    expect(twin.state()).toBe('shut off');
    const again = await done(`vm start ${web.name}`, web, false);
    expect(again.text).toContain('already running');
    const shown = await bot.says('alice', `vm show ${web.name}`);
    for (const text of ['running', web.uuid, '128 MiB', 'vda', `${web.uuid}.qcow2`]) expect(shown.text).toContain(text);
    await web.booted(1);
    expect(libvirt.events('Started', web)).toBe(1);
  });

  it('suspends when bob approves, and resumes', async () => {
    await done(`vm suspend ${web.name}`, web, true);
    expect(web.state()).toBe('paused');
    await refused(`vm shutdown ${web.name}`, 'suspended', 'vm resume');
    await done(`vm resume ${web.name}`, web, false);
    expect(web.state()).toBe('running');
  });

  it('takes a snapshot and goes back to it', async () => {
    await done(`vm snapshot ${web.name} fresh`, web, false);
    expect(web.snapshots()).toEqual(['fresh']);
    await refused(`vm snapshot ${web.name} fresh`, 'already has');
    await refused(`vm rollback ${web.name} frehs`, 'no snapshot', 'fresh');
    await done(`vm rollback ${web.name} fresh`, web, true);
    // What it was before is kept, so that the rollback can be undone.
    expect([web.state(), [...web.snapshots()].sort()]).toEqual(['running', [expect.stringMatching(/^before-T[0-9A-Z]{11}$/), 'fresh']]);
  });

  it('reboots and resets, each once', async () => {
    await done(`vm reboot ${web.name}`, web, true);
    await web.booted(2);
    await done(`vm reset kvm/${web.name}`, web, true);
    await web.booted(3);
    expect(web.boots()).toBe(3);
    expect(web.state()).toBe('running');
  });

  it('asks it to shut down, and sees that it did', async () => {
    const card = await done(`vm shutdown ${web.name}`, web, true);
    expect(web.state()).toBe('shut off');
    expect(card.ticket?.plan.undo).toContain(`vm start kvm/${web.name}`);
    expect(web.boots()).toBe(3);
  });

  it('pulls the plug of the one that is named, and of no other', async () => {
    await done(`vm start "${SPACED}"`, spaced, false);
    libvirt.virsh('start', twin.uuid);
    await refused(`vm reset ${web.name}`, 'stopped', 'vm start');
    expect((await done(`vm stop ${web.name}`, web, false)).text).toContain('already stopped');
    await done(`vm stop "kvm/${SPACED}"`, spaced, true);
    expect([spaced.state(), twin.state()]).toEqual(['shut off', 'running']);
    await done(`vm stop "${twin.name}"`, twin, true);
    expect(twin.state()).toBe('shut off');
  });

  it('takes a hostile name for a name', async () => {
    await refused(`vm show "${HOSTILE.slice(0, 20)}"`, 'there is no guest');
    const card = await bot.says('alice', `vm start ${hostile.uuid}`, { ms: 60_000 });
    expect(card.ticket?.state, card.text).toBe('done');
    expect(card.text).toContain('$(touch pwned) <!channel>');
    expect(hostile.state()).toBe('running');
    await done(`vm suspend ${hostile.uuid}`, hostile, true);
    await done(`vm stop ${hostile.uuid}`, hostile, true);
    expect(existsSync(`${sshd.dir}/home/pwned`)).toBe(false);
  });

  it('does nothing on a refusal, a rejection and a wrong name', async () => {
    await refused(`vm start ${web.name}x`, 'there is no guest', web.name);
    const card = await bot.says('alice', `vm rollback ${web.name} fresh`);
    expect((await bot.presses('alice', card, 'approve')).ticket?.state).toBe('refused');
    expect((await bot.presses('bob', card, 'reject')).ticket?.state).toBe('rejected');
    expect(web.state()).toBe('shut off');
  });

  it('did each of these once', async () => {
    const count = (event: string, ...guests: Guest[]) => guests.map((guest) => libvirt.events(event, guest));
    await until('all events', () => libvirt.events('Stopped', hostile) === 1);
    expect(count('Started Booted', web, twin, spaced, hostile)).toEqual([1, 1, 1, 1]);
    expect(count('Stopped Destroyed', web, twin, spaced, hostile)).toEqual([0, 1, 1, 1]);
    expect(count('Stopped Shutdown', web, twin, spaced, hostile)).toEqual([1, 0, 0, 0]);
    // Web: for the suspend and for both snapshots; after the start, the resume and the snapshot.
    expect(count('Suspended Paused', web, hostile)).toEqual([3, 1]);
    expect(count('Resumed Unpaused', web, hostile)).toEqual([4, 1]);
    expect(count('Started Snapshot', web)).toEqual([1]);
  });
});
