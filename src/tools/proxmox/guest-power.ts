import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { ApiStep, Params } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { disturbsGuest } from '../expects.ts';
import type { Draft } from '../guests/guest.ts';
import { exactly, lineFor } from '../guests/naming.ts';
import { doing, mustBeIn, nothingToDo, POWER, type PowerName, type PowerVerb } from '../guests/power.ts';
import { baseFacts, call, type Known, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';
import { roomFor, tight } from './guest-room.ts';
import { flips, haEnd, mustNotBeInError } from './ha.ts';

/** How long a guest is given to shut itself down, in seconds. */
const PATIENCE = 180;

/** A power verb on a guest of a cluster. Throws Refusal, HostError. */
export async function power(look: Look, seen: PveGuest, verb: PowerName, { toDisk = false }: { readonly toDisk?: boolean } = {}): Promise<Draft> {
  const change: PowerVerb = POWER[verb];
  const known = await know(look, seen);
  const { guest, state } = known;
  const facts = baseFacts(known, look.now());
  mustBeNoTemplate(known);
  if (change.already === state && !(verb === 'shutdown' && toDisk)) return { ...nothingToDo(guest, state), facts };
  const target = verb === 'start' ? 'started' : verb === 'shutdown' || verb === 'stop' ? 'stopped' : undefined;
  // What HA is to want is written down cluster-wide, which takes quorum.
  const quorum = verb === 'start' || (target !== undefined && known.now.ha !== undefined);
  mustBeFree(known, { quorum, ...(verb === 'resume' ? { but: 'suspended' } : {}) });
  mustBeIn(guest, state, change.from);
  mustNotBeInError(known);
  if (toDisk && known.now.ha !== undefined)
    throw new Refusal(
      say(
        { en: 'HA manages {name}: suspended to disk it would be started again', zh: '{name} 由 HA 管理：挂起到磁盘后会被重新启动' },
        { name: exactly(guest) },
      ),
      say({ en: '`{line}` suspends it in memory', zh: '可用 `{line}` 挂起到内存' }, { line: lineFor(guest.family, 'suspend', guest) }),
    );
  const assessed = weigh(look, known, change.risk, {
    ...(target === undefined ? {} : flips(known, target)),
    ...(verb === 'start' ? tight(roomFor(guest.all, guest.node, known.now.memory || guest.memory)) : {}),
  });
  return {
    summary: toDisk ? doing(say({ en: 'suspend to disk', zh: '挂起到磁盘' }), guest) : doing(change.why, guest),
    steps: [step(known, verb, change, toDisk, target)],
    facts: [...facts, ...assessed.facts],
    risk: assessed.risk,
    expects: disturbsGuest(guest.host, guest),
    undo: 'verb' in change.undo ? { command: `${guest.family} ${change.undo.verb}`, input: { guest: exactly(guest) } } : change.undo,
  };
}

function step(known: Known, verb: PowerName, change: PowerVerb, toDisk: boolean, target: 'started' | 'stopped' | undefined): ApiStep {
  const whole = call(known.guest, {
    method: 'POST',
    path: ['status', verb],
    params: paramsOf(verb, toDisk),
    why: change.why,
    ...(target === undefined ? {} : haEnd(known, target)),
    timeoutMs: target !== undefined && known.now.ha !== undefined ? 900_000 : verb === 'shutdown' || verb === 'reboot' ? (PATIENCE + 120) * 1000 : 600_000,
  });
  if (change.until !== undefined) return whole;
  // A guest that was restarted looks as it did before: a lost answer must not restart it again.
  const { still: _, ...once } = whole;
  return once;
}

/** A shutdown that is not heeded ends there: the plug is pulled by `stop` alone. */
function paramsOf(verb: PowerName, toDisk: boolean): Params {
  if (verb === 'shutdown' || verb === 'reboot') return { timeout: PATIENCE };
  return toDisk ? { todisk: 1 } : {};
}
