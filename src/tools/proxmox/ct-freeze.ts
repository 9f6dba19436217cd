import type { Look } from '../../core/command.ts';
import type { Risk, Undo } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import type { Draft, GuestState } from '../guests/guest.ts';
import { exactly } from '../guests/naming.ts';
import { doing, mustBeIn, POWER } from '../guests/power.ts';
import { baseFacts, call, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';

/** How long writing a container's processes to disk may take, in milliseconds. */
const PATIENCE = 600_000;

const FROZEN: Said = say({
  en: 'Proxmox writes its processes to disk and ends them; where that fails it may be left stopped',
  zh: 'Proxmox 会将其进程写入磁盘并结束；失败时容器可能处于停止状态',
});
const THAWED: Said = say({
  en: 'it needs what `ct suspend` has written; without it this fails, and `ct start` starts it anew',
  zh: '需要 `ct suspend` 写入的状态；没有则会失败，可用 `ct start` 重新启动',
});

/** A container's processes are written to disk, and end, until it is resumed. Proxmox itself calls that experimental. Throws Refusal, HostError. */
export function freeze(look: Look, seen: PveGuest): Promise<Draft> {
  return checkpoint(look, seen, {
    verb: 'suspend',
    from: ['running'],
    risk: 'high',
    how: FROZEN,
    undo: { command: 'ct resume', input: { guest: exactly(seen) } },
  });
}

/** A container goes on from what `freeze` has written. Whether it is frozen cannot be read: it may be listed as running or as stopped. Throws Refusal, HostError. */
export function thaw(look: Look, seen: PveGuest): Promise<Draft> {
  const impossible = say({ en: 'suspended again it would be another moment', zh: '再次挂起将是另一个时刻' });
  return checkpoint(look, seen, { verb: 'resume', from: ['running', 'stopped', 'paused'], risk: 'medium', how: THAWED, undo: { impossible } });
}

interface Checkpoint {
  readonly verb: 'suspend' | 'resume';
  readonly from: readonly GuestState[];
  readonly risk: Risk;
  readonly how: Said;
  readonly undo: Undo;
}

async function checkpoint(look: Look, seen: PveGuest, { verb, from, risk, how, undo }: Checkpoint): Promise<Draft> {
  const known = await know(look, seen);
  const { guest, state } = known;
  const at = look.now();
  mustBeNoTemplate(known);
  mustBeFree(known);
  mustBeIn(guest, state, from);
  const assessed = weigh(look, known, risk);
  const { why } = POWER[verb];
  return {
    summary: doing(why, guest),
    steps: [call(guest, { method: 'POST', path: ['status', verb], params: {}, why, timeoutMs: PATIENCE })],
    facts: [...baseFacts(known, at), { what: say({ en: 'experimental', zh: '实验性' }), value: how, at }, ...assessed.facts],
    risk: assessed.risk,
    undo,
  };
}
