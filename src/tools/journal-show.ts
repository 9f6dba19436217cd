import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { fileOf } from '../core/files.ts';
import { nearest } from '../core/nearest.ts';
import { didYouMean } from '../core/parse.ts';
import type { Block, Plan } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { answers, each, troubles } from './each.ts';
import { type Journal, type JournalEntry, journal, journalLine, journalTime, type Wanted } from './journal.ts';
import { unitNames } from './systemctl.ts';
import { whereSystemd } from './systemctl-look.ts';

/** More lines than these become a file; so many of them, the newest, stay on the card. */
const LONG = 40;
const SHOWN = 20;

/** Reads the journals that are asked for, merges them by time, and shows them: the newest last, many lines as a file. Throws Refusal where there is no systemd. */
export async function showLog(look: Look, title: Said, wanted: Wanted): Promise<Plan> {
  const { since, until } = wanted;
  const times = { ...(since ? { since: journalTime(since) } : {}), ...(until ? { until: journalTime(until) } : {}) };
  const all = await each(look, (host) => whereSystemd(look, host, () => look.read(host, journal({ ...wanted, ...times }))));
  const found = answers(all);
  const refused = found.find(({ value }) => value.refused);
  if (refused) {
    const values = { host: refused.host.name, notes: refused.value.notes.slice(0, 300) };
    throw new Refusal(say({ en: 'journalctl on {host} does not take this: {notes}', zh: '{host} 上的 journalctl 不接受：{notes}' }, values));
  }
  const many = look.hosts.length > 1;
  const merged = found
    .flatMap(({ host, value }) => value.entries.map((entry): [Host, JournalEntry] => [host, entry]))
    .sort(([, a], [, b]) => a.at - b.at)
    .slice(-wanted.lines);
  const lines = merged.map(([host, entry]) => journalLine(entry, many ? host.name : undefined));
  const summary = say({ en: '{title} of {hosts}, in UTC', zh: '{hosts} 的{title}（UTC）' }, { title, hosts: list(look.hosts.map(({ name }) => name)) });
  const strange =
    merged.length === 0
      ? await unknownUnits(
          look,
          found.map(({ host }) => host),
          wanted.units ?? [],
        )
      : [];
  const notes = [...strange, ...troubles(all), ...found.flatMap(({ host, value }) => notesOf(host, value, wanted.lines))];
  const { blocks, files } = shown(lines, `${look.hosts.map(({ name }) => name).join('-')}`.slice(0, 60));
  return answer(summary, blocks, { ...(notes.length > 0 ? { notes } : {}), ...(files.length > 0 ? { files } : {}) });
}

/** Units that hosts do not know, with what was perhaps meant: why there is nothing in their logs. */
async function unknownUnits(look: Look, hosts: readonly Host[], units: readonly string[]): Promise<Said[]> {
  const asked = units.filter((unit) => !unit.includes('@'));
  if (asked.length === 0) return [];
  const known = answers(await each({ ...look, hosts }, (host) => look.read(host, unitNames())));
  return known.flatMap(({ host, value }) =>
    asked
      .filter((unit) => value.length > 0 && !value.includes(unit))
      .map((unit) => {
        const what = say({ en: '{host} has no unit “{unit}”', zh: '{host} 上没有单元“{unit}”' }, { host: host.name, unit });
        const near = nearest(unit, value).map((one) => one.replace(/\.service$/, ''));
        return near.length === 0 ? what : say({ en: '{what}; {meant}', zh: '{what}；{meant}' }, { what, meant: didYouMean(near) });
      }),
  );
}

function shown(lines: readonly string[], hosts: string): { blocks: Block[]; files: NonNullable<Plan['files']> } {
  if (lines.length === 0) return { blocks: [{ kind: 'text', text: say({ en: 'no line matches', zh: '没有匹配的日志' }) }], files: [] };
  if (lines.length <= LONG) return { blocks: [{ kind: 'code', text: lines.join('\n') }], files: [] };
  const { file, block } = fileOf(`${hosts}-log.txt`, `${lines.join('\n')}\n`);
  const words = say({ en: 'the newest {shown} of {n} lines:', zh: '共 {n} 行，最新 {shown} 行：' }, { shown: SHOWN, n: lines.length });
  return { blocks: [{ kind: 'text', text: words }, { kind: 'code', text: lines.slice(-SHOWN).join('\n') }, block], files: [file] };
}

/** What is missing, and why. */
function notesOf(host: Host, { entries, cut, notes }: Journal, lines: number): Said[] {
  const more =
    cut && entries.length < lines
      ? [
          say(
            { en: '{host}: there is more than is read at once; only the newest {n} lines are here', zh: '{host}：超出一次读取的上限，仅显示最新 {n} 行' },
            { host: host.name, n: entries.length },
          ),
        ]
      : [];
  const said =
    notes === ''
      ? []
      : [say({ en: '{host}: journalctl says: {notes}', zh: '{host}：journalctl 提示：{notes}' }, { host: host.name, notes: notes.slice(0, 300) })];
  return [...more, ...said];
}
