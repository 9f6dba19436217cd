import type { Look } from '../../core/command.ts';
import type { Plan } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import type { Deed, Draft, Guest } from '../guests/guest.ts';
import { planWith } from '../guests.ts';
import type { PveGuest } from './guest.ts';
import { attach, detach } from './virtiofs-change.ts';
import { list } from './virtiofs-list.ts';

/** What a guest is given of its node's directories, or could be. Throws Refusal, Absent, HostError. */
export function virtiofsList(look: Look, typed: string): Promise<Plan> {
  return planWith(look, 'vm', typed, (guest) => ofProxmox(guest, list), {});
}

/** Gives a guest a directory. Throws Refusal, Absent, HostError. */
export function virtiofsAttach(look: Look, typed: string, dir: string): Promise<Plan> {
  return planWith(look, 'vm', typed, (guest) => ofProxmox(guest, attach), { dir });
}

/** Takes it away again. Throws Refusal, Absent, HostError. */
export function virtiofsDetach(look: Look, typed: string, dir: string): Promise<Plan> {
  return planWith(look, 'vm', typed, (guest) => ofProxmox(guest, detach), { dir });
}

function ofProxmox<O>(guest: Guest, deed: (look: Look, guest: PveGuest, options: O) => Promise<Draft>): Deed<O> {
  if (isPve(guest)) return (look, options) => deed(look, guest, options);
  return { lacks: say({ en: 'only guests of Proxmox VE are given directories so', zh: '仅 Proxmox VE 的客户机支持此方式共享目录' }) };
}

function isPve(guest: Guest): guest is PveGuest {
  return 'all' in guest && 'type' in guest && guest.host.kind === 'pve';
}
