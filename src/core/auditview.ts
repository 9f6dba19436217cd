import { type Audited, type AuditQuery, type NoteKind, takenAt } from './audit.ts';
import type { Desk } from './command.ts';
import { covers, grantsOf, holds } from './grants.ts';
import { authorize, reach, riskWords } from './policy.ts';
import { dayAndClock } from './time.ts';
import { type Block, type Cell, type Json, RISKS } from './types.ts';
import { list, quoted, type Said, say } from './words.ts';

/** Entries looked through for one answer, and how many at once. */
const MOST = 20_000;
const AT_ONCE = 500;
/** Hosts named in a row. */
const NAMED = 3;
/** Longest result in a row, in characters; the export has the whole of it. */
const LONGEST = 80;

/** The newest entries that fit and that this person may see. `more`: there may be others, further back than was looked. */
export async function searchAs(desk: Desk, query: AuditQuery): Promise<{ readonly entries: readonly Audited[]; readonly more: boolean }> {
  const sees = seeable(desk);
  const entries: Audited[] = [];
  let before = query.before;
  for (let looked = 0; looked < MOST; looked += AT_ONCE) {
    const some = await desk.audit.search({ ...query, ...(before === undefined ? {} : { before }), limit: AT_ONCE });
    for (const entry of some) {
      if (!sees(entry)) continue;
      if (entries.length === query.limit) return { entries, more: true };
      entries.push(entry);
    }
    if (some.length < AT_ONCE) return { entries, more: false };
    before = some.at(-1)?.seq;
  }
  return { entries, more: true };
}

/**
 * What of the audit a person sees: what they did and asked for; what happened on hosts where they may look with that command, never what only
 * another sees; all of it by a grant that names `audit search` (or `audit *`) on every host.
 */
export function seeable({ person, policy, room, at }: Pick<Desk, 'person' | 'policy' | 'room' | 'at'>): (entry: Audited) => boolean {
  const self = policy.people.get(person.id);
  if (!self) return () => false;
  const subject = { command: 'audit search', ...(room === undefined ? {} : { room }) };
  const everywhere = (command: string) => reach(self, policy, command).length === policy.hosts.length;
  const named = grantsOf(self.roles, policy).filter(({ commands }) =>
    covers(
      commands.filter((pattern) => pattern !== '*'),
      subject.command,
    ),
  );
  const all = named.some((grant) => grant.hosts.includes('*') && holds(grant, 'rooms', subject, at) && holds(grant, 'hours', subject, at));
  if (all && everywhere(subject.command)) return () => true;
  return ({ by, asker, command, hosts = [], private: alone }) => {
    if (by === person.id || asker === person.id) return true;
    if (alone || !command || asker === undefined) return false;
    // Where it is not known yet which hosts it is about, it may be about any.
    if (hosts.length === 0) return everywhere(command) && authorize(self, 'see', { command, by: asker }, policy, at).allowed;
    return authorize(self, 'see', { command, by: asker, hosts }, policy, at).allowed;
  };
}

const KINDS: Readonly<Record<NoteKind, Said>> = {
  said: say({ en: 'said', zh: '提出' }),
  pressed: say({ en: 'pressed', zh: '按下' }),
  planned: say({ en: 'planned', zh: '计划' }),
  voted: say({ en: 'approved', zh: '批准' }),
  withdrawn: say({ en: 'withdrew their vote', zh: '撤回批准' }),
  reasoned: say({ en: 'said why', zh: '说明理由' }),
  voided: say({ en: 'votes void', zh: '批准作废' }),
  rejected: say({ en: 'rejected', zh: '驳回' }),
  cancelled: say({ en: 'cancelled', zh: '取消' }),
  refused: say({ en: 'refused', zh: '拒绝受理' }),
  expired: say({ en: 'expired', zh: '过期' }),
  dispatched: say({ en: 'began', zh: '开始执行' }),
  step: say({ en: 'step', zh: '步骤' }),
  marked: say({ en: 'marked', zh: '标记' }),
  ended: say({ en: 'ended', zh: '结束' }),
  config: say({ en: 'configuration', zh: '配置' }),
  identity: say({ en: 'identity', zh: '身份' }),
  freeze: say({ en: 'freeze', zh: '冻结' }),
  limit: say({ en: 'limit', zh: '限额' }),
  garbled: say({ en: 'garbled', zh: '无法识别' }),
};

/** Entries as a table: when (UTC), who, what, where, and what came of it. */
export function auditTable(entries: readonly Audited[], nameOf: (id: string) => string): Block {
  const columns = [
    say({ en: 'time (UTC)', zh: '时间（UTC）' }),
    say({ en: 'who', zh: '人员' }),
    say({ en: 'what', zh: '事件' }),
    say({ en: 'line', zh: '命令行' }),
    say({ en: 'on', zh: '对象' }),
    say({ en: 'result', zh: '结果' }),
    say({ en: 'request', zh: '请求' }),
    say({ en: 'entry', zh: '条目' }),
  ];
  const rows = entries.map((entry): Cell[] => {
    const { by, asker, account, hosts = [], line, command, ticket, seq, kind } = entry;
    const who = by || (by === undefined ? asker : undefined);
    const others = hosts.length - NAMED;
    const on = list([...hosts.slice(0, NAMED), ...(others > 0 ? [say({ en: '{n} more', zh: '另 {n} 台' }, { n: others })] : [])]);
    return [
      dayAndClock(takenAt(entry)),
      who ? nameOf(who) : account ? `${account.chat} ${account.id}` : '',
      KINDS[kind],
      line ?? command ?? '',
      on,
      resultOf(entry),
      ticket ?? '',
      seq,
    ];
  });
  return { kind: 'table', columns, rows };
}

/** What came of it, in few words. */
function resultOf({ kind, more = {}, rule, digest }: Audited): Cell {
  const text = (value: Json | undefined) => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);
  const step = text(more.step);
  if (kind === 'step' && step !== undefined) {
    const came = [more.state === 'finished' ? text(more.outcome) : text(more.state), text(more.code)].filter((word) => word !== undefined).join(' ');
    return say({ en: '{n}: {came}', zh: '{n}：{came}' }, { n: Number(step) + 1, came });
  }
  const told = text(more.why) ?? text(more.reason) ?? text(more.state) ?? text(more.as) ?? text(more.action) ?? text(more.hash)?.slice(0, 12);
  if (told !== undefined) return told.length > LONGEST ? `${told.slice(0, LONGEST)}…` : told;
  const risk = RISKS.find((one) => one === more.risk);
  if (kind === 'planned' && risk) return say({ en: '{risk} risk', zh: '风险{risk}' }, { risk: riskWords(risk) });
  return quoted(rule ?? (kind === 'voted' ? (digest ?? '').slice(0, 12) : ''));
}
