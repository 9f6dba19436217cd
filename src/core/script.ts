import { callLine } from './call.ts';
import type { Host } from './command.ts';
import { isGood } from './journal.ts';
import { quote } from './quote.ts';
import type { ApiStep, Argv, Outcome, Plan, Step, WaitStep } from './types.ts';
import { speak } from './words.ts';

/** How long a wait goes on when it says nothing, in seconds. */
const WAIT = 600;

/**
 * A run as a POSIX shell script that does the same by hand: the steps in order, each over `ssh`, stopping at the first that fails.
 * Standard input and secrets are not part of it. `outcomes` are noted as comments.
 */
export function script(plan: Plan, outcomes: readonly Outcome[], about: { readonly id: string; readonly text: string }, hosts: readonly Host[]): string {
  const steps = plan.steps.map((step, i) => ({ step, outcome: outcomes[i] })).sort((a, b) => (a.step.wave ?? 1) - (b.step.wave ?? 1));
  const lines = steps.flatMap(({ step, outcome }) => [`# ${comment(step)}${outcome ? ` — ${came(outcome)}` : ''}`, line(step, hosts), '']);
  return ['#!/bin/sh', `# ${plainly(about.text)} (${about.id})`, 'set -eu', '', ...lines].join('\n');
}

function line(step: Step, hosts: readonly Host[]): string {
  if (step.kind === 'desk') return ': # done by the bot itself';
  const address = hosts.find((host) => host.name === step.on.host)?.address ?? step.on.host;
  const remote = (argv: Argv) => `ssh ${quote(address)} ${quote(argv.map(quote).join(' '))}`;
  if (step.kind === 'api') return byApi(step, hosts);
  if (step.kind === 'wait') return 'argv' in step.read ? waiting(step, remote(step.read.argv)) : ': # waits for an answer of the API';
  if (step.kind === 'prove') return ': # the bot asks whether it holds';
  const input = step.stdin === undefined ? '' : ' # its standard input is left out';
  return `${remote(step.argv)}${input}`;
}

/** By `pvesh` on a node: any of them passes it on. */
function byApi(step: ApiStep, hosts: readonly Host[]): string {
  const cluster = hosts.find((host) => host.name === step.on.host);
  return `ssh ${quote(cluster?.address ?? step.on.host)} ${quote(callLine(step))}`;
}

function waiting({ until, everyMs, timeoutMs }: WaitStep, ask: string): string {
  const times = Math.max(1, Math.ceil((timeoutMs ?? WAIT * 1000) / Math.max(1000, everyMs)));
  if ('silent' in until)
    return `n=0; while ${ask} >/dev/null; do n=$((n + 1)); [ "$n" -lt ${times} ] || exit 1; sleep ${Math.max(1, Math.round(everyMs / 1000))}; done`;
  const [sign, text] = 'is' in until ? ['=', until.is] : ['!=', until.isNot];
  // A host that does not answer, as in the middle of a reboot, is asked again.
  const met = `seen=$(${ask}) || seen=; [ -n "$seen" ] && [ "$seen" ${sign} ${quote(text)} ]`;
  return `n=0; until ${met}; do n=$((n + 1)); [ "$n" -lt ${times} ] || exit 1; sleep ${Math.max(1, Math.round(everyMs / 1000))}; done`;
}

function comment(step: Step): string {
  return plainly(`${step.on.host}${step.on.name === undefined ? '' : `/${step.on.name}`}: ${speak(step.why, 'en')}`);
}

function came(outcome: Outcome): string {
  if (isGood(outcome)) return 'done';
  return outcome.kind === 'exit' ? `exit ${outcome.code}` : outcome.kind;
}

/** One line, so that a comment cannot end early. */
function plainly(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
