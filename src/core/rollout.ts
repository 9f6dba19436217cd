import { about } from './argument.ts';
import type { AnyCommand } from './command.ts';
import { Refusal } from './errors.ts';
import { isGood } from './journal.ts';
import type { Outcome, Plan, Rollout, Step } from './types.ts';
import { say } from './words.ts';

/** Whether a command takes many hosts, and so can go over them in waves. */
export function rollsOut(command: AnyCommand): boolean {
  if (command.at === 'ask') return command.rollsOut === true;
  return command.at !== 'desk' && command.risk !== 'none' && Object.values(command.args).some((schema) => about(schema)?.names === 'hosts');
}

const hint = say({ en: 'for example --waves 1,10%,rest --max-fail 2', zh: '例如 --waves 1,10%,rest --max-fail 2' });

/** Reads `--waves 1,10%,rest` and `--max-fail 2`. Throws Refusal naming the word that is wrong. */
export function readRollout(waves: string | undefined, maxFail: string | undefined): Rollout | undefined {
  if (waves === undefined && maxFail === undefined) return undefined;
  const parts = (waves ?? 'rest').split(',').map((part) => part.trim());
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    const share = /^([1-9]\d?|100)%$/.test(part);
    if (!last && part === 'rest') throw new Refusal(wrongWave(parts.at(-1) ?? '', true), hint);
    if (last ? part !== 'rest' : !share && !/^[1-9]\d{0,3}$/.test(part)) throw new Refusal(wrongWave(part, last), hint);
  }
  if (maxFail !== undefined && !/^\d{1,4}$/.test(maxFail))
    throw new Refusal(say({ en: '--max-fail takes a number of hosts, not “{maxFail}”', zh: '--max-fail 需要主机数量，而不是“{maxFail}”' }, { maxFail }), hint);
  return { waves: parts, maxFail: Number(maxFail ?? 0) };
}

function wrongWave(part: string, last: boolean) {
  return last
    ? say({ en: 'the last wave must be `rest`, not “{part}”', zh: '最后一批必须是 `rest`，而不是“{part}”' }, { part })
    : say(
        {
          en: '“{part}” is not a wave: a number of hosts, a share such as 10%, or `rest` at the end',
          zh: '“{part}”不是合法的批次：应为主机数、百分比（如 10%），或末尾的 `rest`',
        },
        { part },
      );
}

/** The hosts of each wave, in their order; waves that would be empty are left out. Shares are of all hosts, rounded up. */
export function waves(hosts: readonly string[], rollout: Rollout): string[][] {
  const left = [...hosts];
  const sizes = rollout.waves.map((part) => {
    if (part === 'rest') return hosts.length;
    return part.endsWith('%') ? Math.ceil((hosts.length * Number(part.slice(0, -1))) / 100) : Number(part);
  });
  return sizes.map((size) => left.splice(0, size)).filter((wave) => wave.length > 0);
}

/** Hosts on which a step failed, and those on which nothing was begun, in the plan's order. */
export function unfinished(plan: Plan, outcomes: readonly Outcome[]): { readonly failed: string[]; readonly left: string[] } {
  const hosts = [...new Set(plan.steps.map((step) => step.on.host))];
  const of = (host: string) =>
    plan.steps.flatMap((step, i) => (step.on.host === host && step.always !== 'cancelled' ? [outcomes[i] ?? { kind: 'skipped' as const }] : []));
  const left = hosts.filter((host) => of(host).every((outcome) => outcome.kind === 'skipped'));
  const failed = hosts.filter((host) => !left.includes(host) && of(host).some((outcome) => !isGood(outcome)));
  return { failed, left };
}

/** The plan with its hosts in waves; waves that the command itself made stay in order within each. Pure. */
export function stage(plan: Plan, rollout: Rollout | undefined): Plan {
  if (!rollout || plan.steps.length === 0) return plan;
  const groups = waves([...new Set(plan.steps.map((step) => step.on.host))], rollout);
  const within = Math.max(...plan.steps.map((step) => step.wave ?? 1));
  const steps = plan.steps.map((step): Step => {
    const group = groups.findIndex((hosts) => hosts.includes(step.on.host));
    return { ...step, wave: group * within + (step.wave ?? 1) };
  });
  return { ...plan, steps, rollout };
}
