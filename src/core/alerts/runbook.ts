import type { AnyCommand, Host } from '../command.ts';
import { Refusal } from '../errors.ts';
import { normalise } from '../normalise.ts';
import { findPath, parse } from '../parse.ts';
import { split, type Word, written } from '../split.ts';
import type { Offer } from '../types.ts';
import { quoted } from '../words.ts';
import type { Alert, Member } from './alert.ts';
import { fits, saysOf } from './match.ts';
import type { Runbook } from './routing.ts';

type Commands = ReadonlyMap<string, AnyCommand>;
/** What the parts of a line in braces stand for. */
export type Values = Readonly<Record<string, string>>;

/** What an alert says to the lines of runbooks: its labels, `title`, `severity`, and `host` where it is one of the configuration. */
export function valuesOf({ labels, host, title, severity }: Pick<Member, 'labels' | 'host' | 'title' | 'severity'>): Values {
  const { host: _, ...rest } = labels;
  return { ...rest, title, severity, ...(host === undefined ? {} : { host }) };
}

const HOLE = /\{([A-Za-z_][A-Za-z0-9_.:-]*)\}/g;
/** Longest value that is put in a line, in characters. */
const LONGEST_VALUE = 200;
/** What means many hosts at once is never taken from an alert. */
const MANY = /^(@|site:|\*)/;

/**
 * A runbook's line with its values: a whole command line, of the command that the runbook itself names, in which each value is (a part of) one word and no
 * option. Undefined where a value is missing, or no line that holds it as it is can be asked. Pure.
 */
export function filled(template: string, values: Values, commands: Commands): string | undefined {
  try {
    const words = split(normalise(template)).map((word) => fill(word, values));
    if (words.some((word) => word === undefined)) return undefined;
    const whole = words.filter((word) => word !== undefined);
    const line = whole.map(written).join(' ');
    const again = split(normalise(line));
    if (again.length !== whole.length || again.some(({ text, quoted }, i) => text !== whole[i]?.text || quoted !== whole[i]?.quoted)) return undefined;
    // What an alert says is no part of the command's name.
    const named = findPath(
      whole.map(({ text, quoted, open }) => ({ text, quoted: quoted || open })),
      commands,
    );
    return parse(line, commands).path === named ? line : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** `open`: something was put in. */
interface Filled extends Word {
  readonly open: boolean;
}

function fill({ text, quoted }: Word, values: Values): Filled | undefined {
  let missing = false;
  const whole = text.replace(HOLE, (_hole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === '' || value.length > LONGEST_VALUE || MANY.test(value)) missing = true;
    return value ?? '';
  });
  if (missing) return undefined;
  const open = whole !== text || /\{/.test(text);
  // The runbook's own option (`--unit={unit}`) stays one; what only became one by its value is a word.
  const shield = open && !text.startsWith('-') && (whole.startsWith('-') || !/^[\w@:./-]+$/.test(whole));
  return { text: whole, quoted: quoted || shield, open };
}

/** The runbooks that are for an alert's member, in their order. */
export function runbooksFor(member: Member, runbooks: readonly Runbook[], hosts: readonly Host[]): Runbook[] {
  const says = saysOf(
    member,
    hosts.find(({ name }) => name === member.host),
  );
  return runbooks.filter(({ match }) => fits(match, says));
}

/** The member that an alert's offers are about: the first that fires; where none does any more, the first. */
export function leading({ top }: Pick<Alert, 'top'>): Member | undefined {
  return top.find(({ status, silence }) => status === 'firing' && silence === undefined) ?? top[0];
}

/** The members that an alert's offers are about: the first of each host, that of `leading` first; one that is over only where nothing else is left. */
export function leadings(alert: Pick<Alert, 'top'>): readonly Member[] {
  const first = leading(alert);
  if (!first) return [];
  const firing = alert.top.filter(({ status, silence, host }) => status === 'firing' && silence === undefined && host !== undefined);
  return [first, ...firing].filter(({ host }, i, all) => all.findIndex((other) => other.host === host) === i);
}

/** What the runbooks offer for a member, each line once. Pure. */
export function offersFor(member: Member, runbooks: readonly Runbook[], hosts: readonly Host[], commands: Commands, values = valuesOf(member)): Offer[] {
  const all = runbooksFor(member, runbooks, hosts).flatMap(({ offer }) =>
    offer.flatMap(({ line: template, label }): Offer[] => {
      const line = filled(template, values, commands);
      return line === undefined ? [] : [{ line, label: label ? { words: label } : quoted(line), ...(member.host === undefined ? {} : { on: member.host }) }];
    }),
  );
  return all.filter(({ line }, i) => all.findIndex((other) => other.line === line) === i);
}
