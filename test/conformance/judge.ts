import { classifyText, type PveFault } from '../../src/core/pveerror.ts';
import { speak } from '../../src/core/words.ts';
import { kindOf } from './command-line.ts';
import { cause, isBad, meant, upidOf, warnings } from './printed.ts';
import { answered, sick, taskEnd } from './readings.ts';

/** A command as it ended. `exit` undefined: nothing is known of its end. */
export interface Ran {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}
/** What a person is told. `class` is `none` where nothing is wrong. */
export interface Judgement {
  readonly verdict: 'ok' | 'warning' | 'error' | 'unknown';
  readonly class: PveFault['kind'] | 'none';
  readonly sentence: string;
}

/** Judges by what a command printed; its exit status is believed only where it means something. */
export function judge(ran: Ran): Judgement {
  const { command, stdout, stderr, exit } = ran;
  const both = `${stdout}\n${stderr}`;
  const kind = kindOf(command);
  if (kind === 'reads' || exit === 2) {
    const ill = sick(both);
    if (ill !== undefined) return ill;
  }
  const lost = lostSight(ran, kind === 'inside');
  if (lost !== undefined) return lost;
  if (exit !== 0) return kind === 'inside' && !/container '\d+' not running|does not exist|is locked/.test(both) ? inner(exit ?? -1, 'container') : failed(ran);
  switch (kind) {
    case 'inside':
      return fine('The command inside the container ended well.');
    case 'agent':
      return viaAgent(ran);
    case 'task':
      return taskEnd(both) ?? fine(answered(stdout));
    case 'reads':
      return stderr.split('\n').some((line) => meant(line).some(isBad)) ? warned([cause('', stderr)], 'It answered, with a warning') : fine(answered(stdout));
    case 'forks':
      return forked(ran);
    case 'does':
      return done(ran);
  }
}

function fine(sentence: string): Judgement {
  return { verdict: 'ok', class: 'none', sentence };
}

function warned(texts: readonly string[], lead = 'It is done, with a warning'): Judgement {
  const text = texts.join('; ');
  return { verdict: 'warning', class: classifyText(text).fault.kind, sentence: `${lead}: ${ended(text)}` };
}

function failed({ stdout, stderr }: Ran): Judgement {
  const why = cause(stdout, stderr);
  const wrong = parameters(stderr) ?? parameters(stdout);
  const error = classifyText(wrong ?? why);
  const first =
    error.fault.kind === 'other'
      ? meant(stderr)
          .map((line) => classifyText(line))
          .find(({ fault }) => fault.kind !== 'other')
      : undefined;
  const best = first ?? error;
  const left = /VM (\d+) state is NOT cleaned up/.exec(`${stdout}\n${stderr}`)?.[1];
  const after = left === undefined ? '' : `; VM ${left} is there now, half restored`;
  if (why === '' && wrong === undefined) return { verdict: 'error', class: 'other', sentence: 'It failed and did not say why.' };
  return { verdict: 'error', class: best.fault.kind, sentence: `It failed: ${ended(speak(best.sentence(), 'en') + after)}` };
}

/** The text of a parameter error, its number first; undefined when it is none. */
function parameters(printed: string): string | undefined {
  const lines = meant(printed);
  const number = lines.find((line) => /^400 /.test(line));
  const unknown = lines.find((line) => /^(?:ERROR: unknown command|Unknown option: )/.test(line));
  if (number === undefined && unknown === undefined) return undefined;
  const named = unknown
    ?.replace(/^ERROR: /, '')
    .replace(/^Unknown option: (\S+)/, '$1: unknown option')
    .replace(/^unknown command/, 'command: unknown command');
  return [
    number ?? '400 Parameter verification failed.',
    ...(named === undefined ? [] : [named]),
    ...lines.filter((line) => line !== number && line !== unknown),
  ].join('\n');
}

/** A call that starts a task: its exit status is 0 whatever becomes of the task. */
function forked({ stdout, stderr, command }: Ran): Judgement {
  const upid = upidOf(stdout);
  const [warns, bad] = [warnings(`${stdout}\n${stderr}`), [...meant(stderr), ...meant(stdout)].filter(isBad)];
  if (/Task finished with \d+ warning/.test(`${stdout}\n${stderr}`)) return warned(warns.length > 0 ? warns : ['it did not say which']);
  // It did not answer its agent or power button, and was then ended by force: done all the same.
  const forced = warns.some((line) => line.startsWith('VM still running')) && bad.every((line) => /guest agent is not running/i.test(line));
  if (forced) return warned([...bad, ...warns]);
  if (bad.length > 0) return failed({ stdout, stderr, command, exit: 1 });
  if (warns.length > 0) return warned(warns);
  if (
    /^(?:INFO: Backup job finished successfully|.*migration finished successfully|Image resized\.|Removed volume '|\s*Size of logical volume|.*successfully)/m.test(
      stdout,
    )
  )
    return fine('It is done.');
  if (upid !== undefined) return { verdict: 'unknown', class: 'none', sentence: `Task ${upid} was started; what became of it must be asked.` };
  const call = /\bpvesh /.test(command);
  return call
    ? fine('It is done.')
    : { verdict: 'unknown', class: 'none', sentence: 'It says nothing, and its exit status is 0 even when its task fails: look at the task.' };
}

function done({ stdout, stderr }: Ran): Judgement {
  const both = `${stdout}\n${stderr}`;
  const warns = warnings(both);
  const agent = meant(both).filter((line) => /guest agent is not running/i.test(line));
  if (warns.length > 0 || /Task finished with \d+ warning/.test(both))
    return warned(warns.length + agent.length > 0 ? [...agent, ...warns] : ['it did not say which']);
  const complaint = meant(stderr).filter(isBad).at(-1);
  return complaint === undefined ? fine('It is done.') : warned([complaint]);
}

function inner(exit: number, where: string): Judgement {
  return { verdict: 'error', class: 'other', sentence: `The command inside the ${where} ended with exit status ${exit}.` };
}

/** The guest agent's answer is JSON, with the inner exit status in it. */
function viaAgent({ stdout }: Ran): Judgement {
  const exit = /"exitcode"\s*:\s*(-?\d+)/.exec(stdout)?.[1];
  if (exit === undefined)
    return { verdict: 'unknown', class: 'none', sentence: 'The command inside the guest was started; what became of it is not known yet.' };
  return exit === '0' ? fine('The command inside the guest ended well.') : inner(Number(exit), 'guest');
}

/** It was killed, or the connection broke: it may have been done. */
function lostSight({ exit, stderr }: Ran, inside: boolean): Judgement | undefined {
  const unreachable = /^ssh: (?:connect to host|Could not resolve)|No route to host/m.test(stderr);
  if (unreachable && exit === 255)
    return { verdict: 'error', class: 'nodeUnreachable', sentence: 'It failed: the node cannot be reached, so nothing was done.' };
  if (/Permission denied \(publickey/.test(stderr)) return { verdict: 'error', class: 'auth', sentence: 'It failed: the node does not accept our key.' };
  const cut =
    /client_loop: send disconnect|Connection to \S+ closed by remote host|Broken pipe$|Timeout, server \S+ not responding/m.test(stderr) && exit === 255;
  const killed = exit === undefined || (!inside && [124, 130, 137, 143].includes(exit));
  return cut || killed ? { verdict: 'unknown', class: 'none', sentence: 'It was cut off; what became of it is not known.' } : undefined;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
