import { z } from 'zod';
import { host, ticketName, word } from '../../src/core/args.ts';
import { type AuditQuery, NOTE_KINDS } from '../../src/core/audit.ts';
import { auditTable, searchAs } from '../../src/core/auditview.ts';
import { answer, type Desk, deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { SPAN, spanMs } from '../../src/core/time.ts';
import { readMoment } from '../../src/core/when.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';
import { say } from '../../src/core/words.ts';

/** `7d` ago, or a date with or without a time. */
const since = () => word(/^([1-9][0-9]{0,5}[smhd]|[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,30})$/, { en: '7d|2026-11-21', zh: '7d|2026-11-21' });

/** What happened, by whom, on what and when; only what this person may see. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Search what was said, approved, done and refused', zh: '搜索提出、批准、执行与拒绝的记录' },
  examples: ['audit search', 'audit search --person alice --since 7d', 'audit search --target kvm1 --command "vm *" --limit 50', 'audit search --kind refused'],
  risk: 'none',
  args: {},
  options: {
    person: word(PERSON, { en: 'PERSON', zh: '人员' }, 'person').optional(),
    target: host().optional(),
    command: word(/^[a-z][a-z0-9 -]{0,100}( \*)?$/, { en: '"vm *"', zh: '"vm *"' }).optional(),
    since: since().optional(),
    until: since().optional(),
    kind: z.enum(NOTE_KINDS).optional(),
    ticket: ticketName().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(20),
  },
  async plan({ person, target, command, since: from, until: to, kind, ticket, limit }, desk) {
    const query: AuditQuery = {
      ...(person === undefined ? {} : { person: await idOf(person, desk) }),
      ...(target === undefined ? {} : { target }),
      ...(command === undefined ? {} : { command: command.replace(/ \*$/, '') }),
      ...(from === undefined ? {} : { from: momentOf(from, desk.at) }),
      ...(to === undefined ? {} : { to: momentOf(to, desk.at) }),
      ...(kind === undefined ? {} : { kind }),
      ...(ticket === undefined ? {} : { ticket }),
      limit,
    };
    const { entries, more } = await searchAs(desk, query);
    if (entries.length === 0) return answer(say({ en: 'the audit has nothing of this that you may see', zh: '审计记录中没有您可查看的相关内容' }), []);
    const title = more
      ? say(
          {
            en: entries.length === 1 ? 'the newest; say --until or --limit for others' : 'the newest {n} entries; say --until or --limit for others',
            zh: '最新 {n} 条；更多请用 --until 或 --limit',
          },
          { n: entries.length },
        )
      : say({ en: entries.length === 1 ? 'one entry' : '{n} entries', zh: '共 {n} 条' }, { n: entries.length });
    return answer(title, [auditTable(entries, (id) => desk.policy.people.get(id)?.name ?? id)]);
  },
});

function momentOf(text: string, now: number): number {
  return SPAN.test(text) ? now - spanMs(text) : readMoment(text, now);
}

/** Also of somebody who is not there any more: the audit still knows them. */
async function idOf(typed: string, desk: Desk): Promise<string> {
  try {
    return findPerson(typed, desk.policy, desk).id;
  } catch (error) {
    const id = typed.replace(/^@/, '');
    if (error instanceof Refusal && (await desk.audit.search({ person: id, limit: 1 })).length > 0) return id;
    throw error;
  }
}
