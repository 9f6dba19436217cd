import type { Examined, Finding } from '../core/check.ts';
import { answer, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Block, Cell, Plan } from '../core/types.ts';
import { list, quoted, type Said, say } from '../core/words.ts';
import { type Came, examine, findingsOf, isSame, rank } from './doctor/examine.ts';
import { allTable, countsLine, findingsTable, fixesOf, HOW_BAD, severityCell, troubleRows, WHAT } from './doctor/table.ts';
import { HOST } from './look.ts';

const DOCTOR = say({ en: 'doctor', zh: '体检' });

/** Asks every check of every host, and shows what is wrong, the worst first, with the lines that put it right. Throws Refusal for a check there is none of. */
export async function doctorPlan(look: Look, ids: readonly string[], everything: boolean): Promise<Plan> {
  mustKnow(look, ids);
  const all = await examine(look, ids);
  const findings = findingsOf(all);
  const table = findingsTable(findings, troubleRows(all));
  const nothing: Block = { kind: 'text', text: say({ en: 'nothing wrong was found', zh: '未发现问题' }) };
  return answer(DOCTOR, [table ?? nothing, ...(everything ? [allTable(all)] : []), countsLine(look, all)], {
    offers: fixesOf(findings),
    findings: await known(look, all),
  });
}

/** Asks again, and shows what is new, what is gone and what is as it was when a doctor was last asked about these hosts. */
export async function diffPlan(look: Look): Promise<Plan> {
  const all = await examine(look, []);
  const hosts = await Promise.all(look.hosts.map(async (host) => ({ host, before: await look.earlier(host) })));
  const first = hosts.filter(({ before }) => before === undefined).map(({ host }) => host.name);
  const now = findingsOf(all);
  const before = hosts.flatMap((one) => one.before?.findings ?? []);
  const asked = (finding: Finding) => all.some(({ host, check, verdict }) => host.name === finding.host && check.id === finding.check && 'findings' in verdict);
  const changes = [
    ...now.map((finding) => ({ finding, how: before.some((old) => isSame(old, finding)) ? ('stays' as const) : ('new' as const) })),
    ...before
      .filter((old) => !now.some((finding) => isSame(old, finding)))
      .map((finding) => ({ finding, how: asked(finding) ? ('gone' as const) : ('unknown' as const) })),
  ].sort((a, b) => ORDER.indexOf(a.how) - ORDER.indexOf(b.how) || rank(a.finding) - rank(b.finding));
  const troubles = troubleRows(all);
  const rows = [
    ...troubles.map(({ host, why }): Cell[] => [say({ en: 'not asked', zh: '未查询' }), '', host, why]),
    ...changes.map(({ finding, how }): Cell[] => [HOW[how], severityCell(finding), finding.host, finding.what]),
  ];
  const ranks = [...troubles.map(() => -1), ...changes.map(({ finding, how }) => 10 * ORDER.indexOf(how) + rank(finding))];
  const table: Block = { kind: 'table', columns: [say({ en: 'change', zh: '变化' }), HOW_BAD, HOST, WHAT], rows, ranks };
  const nothing: Block = { kind: 'text', text: say({ en: 'nothing wrong was found, nor was before', zh: '现在与之前均未发现问题' }) };
  const notes = first.length === 0 ? [] : [say({ en: 'nothing to compare with yet: {first}', zh: '尚无可比较的结果：{first}' }, { first: list(first) })];
  return answer(say({ en: 'doctor: what is new', zh: '体检：变化' }), [rows.length > 0 ? table : nothing], {
    notes,
    offers: fixesOf(changes.filter(({ how }) => how === 'new').map(({ finding }) => finding)),
    findings: await known(look, all),
  });
}

type How = 'new' | 'gone' | 'stays' | 'unknown';
const ORDER: readonly How[] = ['new', 'gone', 'unknown', 'stays'];
const HOW: Readonly<Record<How, Said>> = {
  new: say({ en: 'new', zh: '新增' }),
  gone: say({ en: 'gone', zh: '已消除' }),
  stays: say({ en: 'stays', zh: '仍在' }),
  unknown: say({ en: 'not asked now', zh: '本次未查询' }),
};

/** Every check the doctor knows. */
export function listPlan(look: Look, ids: readonly string[]): Plan {
  mustKnow(look, ids);
  const rows = look.checks
    .filter(({ id }) => ids.length === 0 || ids.includes(id))
    .map(({ id, title, appliesTo, why, source }): Cell[] => [quoted(id), { words: title }, { words: appliesTo }, { words: why }, quoted(source)]);
  const columns = [
    say({ en: 'check', zh: '检查项' }),
    WHAT,
    say({ en: 'applies to', zh: '适用于' }),
    say({ en: 'why', zh: '原因' }),
    say({ en: 'source', zh: '出处' }),
  ];
  return answer(say({ en: 'what the doctor checks', zh: '体检项目' }), [{ kind: 'table', columns, rows }]);
}

function mustKnow(look: Look, ids: readonly string[]): void {
  const names = look.checks.map(({ id }) => id);
  const unknown = ids.find((id) => !names.includes(id));
  if (unknown === undefined) return;
  const near = nearest(unknown, names);
  throw new Refusal(
    say({ en: 'there is no check “{unknown}”', zh: '没有检查项“{unknown}”' }, { unknown }),
    near.length > 0
      ? say({ en: 'did you mean {near}?', zh: '是否指 {near}？' }, { near: list(near) })
      : say({ en: '`doctor --list` shows them', zh: '可用 `doctor --list` 查看' }),
  );
}

/** What is known of each host that answered: what was found now, and what checks found before that came to no verdict now. */
async function known(look: Look, all: readonly Came[]): Promise<Examined[]> {
  const now = findingsOf(all);
  const found = await Promise.all(
    look.hosts.map(async (host): Promise<Examined[]> => {
      const done = new Set(all.flatMap(({ host: on, check, verdict }) => (on === host && 'findings' in verdict ? [check.id] : [])));
      if (done.size === 0) return [];
      const old = (await look.earlier(host))?.findings ?? [];
      // A check that does not apply any more has nothing to say; one that could not be asked leaves what it said.
      const lost = new Set(all.flatMap(({ host: on, check, trouble }) => (on === host && trouble ? [check.id] : [])));
      const asked = new Set(all.flatMap(({ host: on, check }) => (on === host ? [check.id] : [])));
      const kept = old
        .filter(({ check }) => lost.has(check) || !asked.has(check))
        .map(({ unasked: _, ...finding }): Finding => (asked.has(finding.check) ? finding : { ...finding, unasked: true }));
      return [{ host: host.name, findings: [...now.filter((finding) => finding.host === host.name), ...kept] }];
    }),
  );
  return found.flat();
}
