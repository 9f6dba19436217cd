import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Hazard } from '../../core/risk.ts';
import type { Fact } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Draft, Settings } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { text, words } from './fields.ts';
import { baseFacts, call, configFact, type Known, know, mustBeFree, type PveGuest, unless, weigh } from './guest.ts';
import { sizeOf } from './guest-disks.ts';
import { guestPath, pending } from './guest-reads.ts';
import { roomFor, tight } from './guest-room.ts';
import { type Change, changesOf, paramsOf } from './guest-settings.ts';

/** Changes settings of a guest; only against the config that was seen. Throws Refusal. */
export async function set(look: Look, seen: PveGuest, settings: Settings): Promise<Draft> {
  if (Object.values(settings).every((value) => value === undefined))
    throw new Refusal(
      say({ en: 'say what is to change', zh: '请指明要更改什么' }),
      say({
        en: 'one or more of: --memory, --cores, --name, --tags, --onboot, --protection; of a virtual machine: --controller, --discard, --iothread',
        zh: '可选一项或多项：--memory、--cores、--name、--tags、--onboot、--protection；虚拟机还有：--controller、--discard、--iothread',
      }),
    );
  const known = await know(look, seen);
  const { guest, config } = known;
  const at = look.now();
  const changes = changesOf(guest.type, config.values, settings);
  if (changes.length === 0)
    return {
      ...(await stillWaiting(look, known, settings)),
      summary: say(
        { en: '{guest} on {place} is so already: nothing to do', zh: '{place} 上的 {guest} 已是如此：无需操作' },
        { guest: called(guest), place: placeOf(guest) },
      ),
      facts: baseFacts(known, at),
    };
  mustBeFree(known);
  const unprotects = changes.some(({ option, next }) => option === 'protection' && next === 'no');
  const waiting = changes.filter((change) => waits(known, change));
  const floor = unprotects || changes.some(({ hotplug }) => hotplug !== undefined) ? 'medium' : 'low';
  const { risk, facts } = weigh(look, known, floor, memoryHazards(known, changes, waiting));
  const spoken = list(
    changes.map(({ option, old, next }) =>
      say({ en: '{option} {old} → {next}', zh: '{option} {old} → {next}' }, { option, old: old || '-', next: next || '-' }),
    ),
  );
  return {
    summary: say(
      { en: 'set {spoken} of {guest} on {place}', zh: '更改 {place} 上 {guest} 的设置：{spoken}' },
      { spoken, guest: called(guest), place: placeOf(guest) },
    ),
    steps: [
      call(guest, {
        method: 'PUT',
        path: ['config'],
        params: paramsOf(changes, config.digest),
        why: say({ en: 'set {spoken}', zh: '更改 {spoken}' }, { spoken }),
        proof: { path: guestPath(guest, 'config'), has: Object.fromEntries(changes.map(({ key, value }) => [key, value ?? null])) },
        timeoutMs: 60_000,
      }),
    ],
    facts: [...baseFacts(known, at), ...facts, ...changes.map((change) => changeFact(change, waiting.includes(change), at)), configFact(known, at)],
    risk,
    undo: { command: `${guest.family} set`, input: { guest: exactly(guest), ...Object.fromEntries(changes.map(({ option, old }) => [option, old])) } },
    ...(waiting.length > 0
      ? {
          notes: [
            nextRestart(
              guest,
              waiting.map(({ option }) => option),
            ),
          ],
        }
      : {}),
  };
}

/** What was asked for is so, and may wait for a restart all the same. */
async function stillWaiting(look: Look, { guest, state }: Known, settings: Settings): Promise<Pick<Draft, 'notes'>> {
  if (state === 'stopped') return {};
  const asked = Object.entries(settings).flatMap(([option, value]) => (value === undefined ? [] : [option]));
  const waiting = ((await unless(look.read(guest.host, pending(guest)))) ?? []).filter((one) => one.pending !== undefined || one.gone);
  const what = waiting.map(({ key }) => key).filter((key) => asked.includes(key));
  return what.length > 0 ? { notes: [nextRestart(guest, what)] } : {};
}

function nextRestart(guest: PveGuest, what: readonly string[]): Said {
  return say(
    { en: '{what}: from the next restart on; `{line}` does that', zh: '{what}：下次重启后生效；可用 `{line}` 重启' },
    { what: list(what), line: lineFor(guest.family, 'reboot', guest) },
  );
}

/** Whether new memory is less than what is in use, or more than its node has. */
function memoryHazards({ guest, state, now }: Known, changes: readonly Change[], waiting: readonly Change[]): Pick<Hazard, 'squeezed' | 'tight'> {
  const memory = changes.find(({ option }) => option === 'memory');
  const to = sizeOf(memory?.next);
  if (!memory || to === undefined) return {};
  return {
    ...(state !== 'stopped' && now.memoryUsed > to ? { squeezed: { used: now.memoryUsed, later: waiting.includes(memory) } } : {}),
    ...tight(roomFor(guest.all, guest.node, to - now.memoryUsed)),
  };
}

/** Whether a change waits until the guest is restarted. */
function waits({ guest, state, config }: Known, { hotplug }: Change): boolean {
  if (hotplug === undefined || guest.type === 'lxc' || state === 'stopped' || state === 'suspended') return false;
  const on = text(config.values, 'hotplug') ?? 'network,disk,usb';
  return on !== '1' ? !words(on).includes(hotplug) : true;
}

function changeFact({ option, old, next }: Change, later: boolean, at: number): Fact {
  const value = { old: old || '-', next: next || '-' };
  return {
    what: say({ en: '{option}', zh: '{option}' }, { option }),
    value: later
      ? say({ en: '{old} → {next}, after a restart', zh: '{old} → {next}，重启后生效' }, value)
      : say({ en: '{old} → {next}', zh: '{old} → {next}' }, value),
    at,
  };
}
