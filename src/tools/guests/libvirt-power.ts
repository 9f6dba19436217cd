import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { assess } from '../../core/risk.ts';
import type { ExecStep, Step, WaitStep } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { disturbsGuest } from '../expects.ts';
import * as virsh from '../virsh.ts';
import { type Draft, stateWords } from './guest.ts';
import { type DomainGuest, domainFacts } from './libvirt.ts';
import { exactly, where } from './naming.ts';
import { doing, mustBeIn, nothingToDo, POWER, type PowerName, type PowerVerb } from './power.ts';

/** `virsh domstate`'s words for the states a change leads to. */
const DOMSTATE = { running: 'running', paused: 'paused', stopped: 'shut off' } as const;

/** A power verb on a libvirt domain. Throws Refusal. */
export async function power(look: Look, guest: DomainGuest, verb: PowerName, { toDisk = false }: { readonly toDisk?: boolean } = {}): Promise<Draft> {
  const change: PowerVerb = POWER[verb];
  if (toDisk)
    throw new Refusal(
      say({ en: '{name} is a libvirt guest: it is suspended in memory only', zh: '{name} 是 libvirt 虚拟机：只能挂起到内存' }, { name: guest.name }),
    );
  const facts = domainFacts(guest, look.now());
  if (change.already === guest.state) return { ...nothingToDo(guest, guest.state), facts };
  mustBeIn(guest, guest.state, change.from);
  const assessed = assess(change.risk, { host: guest.host.name, guest: guest.name }, look.self, look.now());
  return {
    summary: doing(change.why, guest),
    steps: steps(guest, verb, change),
    facts: [...facts, ...assessed.facts],
    risk: assessed.risk,
    expects: disturbsGuest(guest.host, guest),
    undo: 'verb' in change.undo ? { command: `vm ${change.undo.verb}`, input: { guest: exactly(guest) } } : change.undo,
  };
}

function steps(guest: DomainGuest, verb: PowerName, change: PowerVerb): Step[] {
  const on = where(guest);
  const argv = virsh.change(guest.host, verb === 'stop' ? 'destroy' : verb, guest.uuid);
  const exec: ExecStep = { kind: 'exec', on, why: change.why, argv, timeoutMs: 120_000 };
  if (change.until === undefined) return [exec];
  const wait: WaitStep = {
    kind: 'wait',
    on,
    why: say({ en: 'until it is {state}', zh: '直到{state}' }, { state: stateWords(change.until) }),
    read: { argv: virsh.state(guest.host, guest.uuid).argv },
    until: { is: DOMSTATE[change.until] },
    everyMs: 500,
    timeoutMs: change.waitMs ?? 30_000,
  };
  return [exec, wait];
}
