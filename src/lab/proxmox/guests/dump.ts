import { uuid } from '../../prng.ts';
import { human } from '../stamp.ts';
import type { Work } from '../tasks.ts';
import { type Guest, nameOf } from '../world.ts';
import { disksOf, sizeText } from './disks.ts';
import { agentOn } from './figures.ts';
import { powerOn } from './power.ts';

function archiveLine(volid: string): string {
  const path = volid.replace(/^[^:]+:backup\//, '');
  return path.startsWith('vzdump-') ? `INFO: creating vzdump archive '/var/lib/vz/dump/${path}'` : `INFO: creating Proxmox Backup Server archive '${path}'`;
}

/** Copies the drives of a VM, telling how far it is. */
export async function dumpMachine(work: Work, guest: Guest, mode: string, volid: string): Promise<void> {
  const { world, say } = work;
  const pbs = /:backup\/vm\//.test(volid);
  const disks = disksOf('qemu', guest.config).filter(({ cdrom, backup }) => !cdrom && backup);
  say(`INFO: VM Name: ${nameOf(guest)}`);
  for (const { key, volid: from, size } of disks) say(`INFO: include disk '${key}' '${from}' ${sizeText(size)}`);
  say(`INFO: backup mode: ${mode}`);
  say('INFO: ionice priority: 7');
  if (guest.snapshots.length > 0) say('INFO: snapshots found (not included into backup)');
  const off = guest.status === 'stopped';
  if (!off && mode === 'stop') await goOff(work, guest);
  say(archiveLine(volid));
  if (guest.status === 'stopped') {
    say('INFO: starting kvm to execute backup task');
    powerOn(world, guest);
  } else if (agentOn(guest)) {
    say(guest.agent ? "INFO: issuing guest-agent 'fs-freeze' command" : "INFO: skipping guest-agent 'fs-freeze', agent configured but not running?");
    if (guest.agent) say("INFO: issuing guest-agent 'fs-thaw' command");
  }
  try {
    say(`INFO: started backup task '${uuid(world.random)}'`);
    if (!off) say(mode === 'stop' ? 'INFO: resuming VM again after 3 seconds' : 'INFO: resuming VM again');
    if (pbs) for (const { key } of disks) say(`INFO: ${key}: dirty-bitmap status: created new`);
    const total = disks.reduce((sum, { size }) => sum + size, 0);
    const [parts, every] = [8, 3];
    for (let part = 1; part <= parts && total > 0; part++) {
      await work.wait(every * 1000);
      const share = part / parts;
      const percent = String(Math.round(share * 100)).padStart(3);
      const took = part * every < 60 ? `${part * every}s` : `${Math.floor((part * every) / 60)}m ${(part * every) % 60}s`;
      say(
        `INFO: ${percent}% (${human(total * share)} of ${human(total)}) in ${took}, read: ${human(total / parts / every)}/s, write: ${human(total / parts / every / 5)}/s`,
      );
    }
    if (pbs) say(`INFO: backup was done incrementally, reused ${human(total * 0.7)} (70%)`);
    say(`INFO: transferred ${human(total)} in ${parts * every} seconds (${human(total / parts / every)}/s)`);
  } finally {
    if (off) {
      say('INFO: stopping kvm after backup task');
      guest.status = 'stopped';
    }
  }
}

/** A guest that is to be off while it is copied, or while that begins. */
async function goOff({ say, wait }: Work, guest: Guest): Promise<void> {
  say('INFO: stopping virtual guest');
  await wait(1500);
  guest.status = 'stopped';
}

/** Copies the files of a container, which does not tell how far it is. One that has to be off for it is on again afterwards. */
export async function dumpContainer(work: Work, guest: Guest, mode: string, volid: string): Promise<void> {
  const { say, wait, world } = work;
  say(`INFO: backup mode: ${mode}`);
  say('INFO: ionice priority: 7');
  say(`INFO: CT Name: ${nameOf(guest)}`);
  say("INFO: including mount point rootfs ('/') in backup");
  if (mode === 'snapshot') say("INFO: create storage snapshot 'vzdump'");
  const off = guest.status !== 'stopped' && mode === 'stop';
  if (off) await goOff(work, guest);
  say(archiveLine(volid));
  await wait(6000);
  if (/backup\/ct\//.test(volid)) say('INFO: root.pxar: had to backup 81.250 MiB of 201.000 MiB (compressed 40.5 MiB) in 3.20 s (average 25.4 MiB/s)');
  else say('INFO: Total bytes written: 210718720 (201MiB, 165MiB/s)');
  if (off) {
    say('INFO: restarting vm');
    powerOn(world, guest);
    say('INFO: guest is online again after 6 seconds');
  }
  if (mode === 'snapshot') say("INFO: cleanup temporary 'vzdump' snapshot");
}
