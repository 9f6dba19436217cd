import type { Look } from '../../core/command.ts';
import type { Fact } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { exactly } from '../guests/naming.ts';
import { doing, mustBeIn, POWER } from '../guests/power.ts';
import { baseFacts, call, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';

/** How long writing a container's processes to disk may take, in milliseconds. */
const PATIENCE = 600_000;

/** A container's processes are written to disk, and end: it then counts as stopped, until it is resumed. Proxmox itself calls that experimental. Throws Refusal, HostError. */
export async function freeze(look: Look, seen: PveGuest): Promise<Draft> {
  const known = await know(look, seen);
  const { guest, state } = known;
  const at = look.now();
  mustBeNoTemplate(known);
  mustBeFree(known);
  mustBeIn(guest, state, ['running']);
  const assessed = weigh(look, known, 'high');
  const how: Fact = {
    what: say({ en: 'experimental', zh: '实验性' }),
    value: say({
      en: 'Proxmox writes its processes to disk and ends them; where that fails it may be left stopped',
      zh: 'Proxmox 会将其进程写入磁盘并结束；失败时容器可能处于停止状态',
    }),
    at,
  };
  return {
    summary: doing(POWER.suspend.why, guest),
    steps: [call(guest, { method: 'POST', path: ['status', 'suspend'], params: {}, why: POWER.suspend.why, timeoutMs: PATIENCE })],
    facts: [...baseFacts(known, at), how, ...assessed.facts],
    risk: assessed.risk,
    undo: { command: 'ct resume', input: { guest: exactly(guest) } },
  };
}

/** A container goes on from what `freeze` has written. Throws Refusal, HostError. */
export async function thaw(look: Look, seen: PveGuest): Promise<Draft> {
  const known = await know(look, seen);
  const { guest, state } = known;
  const at = look.now();
  const facts = baseFacts(known, at);
  mustBeNoTemplate(known);
  mustBeFree(known);
  // Whether it is frozen cannot be read: it may be listed as running or as stopped.
  mustBeIn(guest, state, ['running', 'stopped', 'paused']);
  const assessed = weigh(look, known, 'medium');
  const needs: Fact = {
    what: say({ en: 'needs', zh: '需要' }),
    value: say({
      en: 'what `ct suspend` has written; without it this fails, and `ct start` starts it anew',
      zh: '`ct suspend` 写入的状态；没有则会失败，可用 `ct start` 重新启动',
    }),
    at,
  };
  return {
    summary: doing(POWER.resume.why, guest),
    steps: [call(guest, { method: 'POST', path: ['status', 'resume'], params: {}, why: POWER.resume.why, timeoutMs: PATIENCE })],
    facts: [...facts, needs, ...assessed.facts],
    risk: assessed.risk,
    undo: { impossible: say({ en: 'suspended again it would be another moment', zh: '再次挂起将是另一个时刻' }) },
  };
}
