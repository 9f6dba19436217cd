import { onCall } from '../src/core/alerts/rota.ts';
import { alertFor } from '../src/core/alerts/sight.ts';
import { meantBy } from '../src/core/alerts/silenced.ts';
import { silencesFor } from '../src/core/alerts/silencesfor.ts';
import { readCards } from '../src/core/alerts/unreadable.ts';
import { word } from '../src/core/args.ts';
import { searchAs } from '../src/core/auditview.ts';
import { alertPart, donePart, partOf, runningPart } from '../src/core/catchup.ts';
import { answer, type Desk, deskCommand } from '../src/core/command.ts';
import { freezesFor } from '../src/core/freeze.ts';
import { sortPending } from '../src/core/pending.ts';
import { schedulesFor } from '../src/core/schedules/sight.ts';
import { putOff } from '../src/core/schedules/times.ts';
import { clockFrom, duration, SPAN, spanMs } from '../src/core/time.ts';
import type { Block, Cell } from '../src/core/types.ts';
import { readMoment } from '../src/core/when.ts';
import { type Said, say } from '../src/core/words.ts';

/** A shift, in milliseconds: what ends, and what begins, within one is worth knowing at its start. */
const SHIFT = 12 * 3_600_000;
/** Entries of the audit that are looked at: in a night of alerts most are what was said about those. */
const LOOKED = 1000;

/** All that whoever takes over should know: alerts, what waits, what runs, what is held back and until when, what is next, and what was done meanwhile. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Catch up: what you should know when you take over', zh: '交接班：接手时应了解的情况' },
  examples: ['catchup', 'catchup --since 12h'],
  risk: 'none',
  args: {},
  options: { since: word(/\S/, { en: 'TIME', zh: '时间' }).default('8h') },
  async plan({ since: text }, desk) {
    const { at } = desk;
    const since = SPAN.test(text) ? at - spanMs(text) : readMoment(text, at);
    const nameOf = (id: string) => desk.policy.people.get(id)?.name ?? id;
    const parts = await Promise.all([
      alerts(desk, nameOf),
      waiting(desk),
      desk.running().then((requests) => runningPart(requests, at)),
      heldBack(desk, nameOf),
      next(desk),
      done(desk, since, nameOf),
    ]);
    const blocks = [...duty(desk, nameOf), ...parts.flat()];
    return parts.flat().length === 0
      ? answer(say({ en: 'all quiet: nothing fires, waits, runs or is held back', zh: '一切正常：无告警、无待批、无进行中、无冻结' }), blocks)
      : answer(say({ en: 'since {since} UTC', zh: '自 {since} UTC 起' }, { since: clockFrom(at, since) }), blocks);
  },
});

/** Who is on call. */
function duty({ routing, at }: Desk, nameOf: (id: string) => string): Block[] {
  const facts = [...routing.rotas.values()].map((rota): [Said, Cell] => {
    const person = onCall(rota, at);
    return [
      say({ en: 'on call, {rota}', zh: '值班（{rota}）' }, { rota: rota.name }),
      person === undefined ? say({ en: 'nobody', zh: '无人' }) : nameOf(person),
    ];
  });
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

async function alerts(desk: Desk, nameOf: (id: string) => string): Promise<Block[]> {
  const person = desk.policy.people.get(desk.person.id);
  if (!person) return [];
  const { cards } = await readCards(await desk.alerts.open(), desk.alerts);
  const mine = cards.flatMap((alert) => (alert.state === 'firing' && !alert.closed ? [alertFor(person, alert, desk.policy, desk.all)] : []));
  return alertPart(
    mine.filter((alert) => alert !== undefined),
    nameOf,
    desk.at,
  );
}

async function waiting(desk: Desk): Promise<Block[]> {
  const person = desk.policy.people.get(desk.person.id);
  if (!person) return [];
  const { mine, own, rest } = sortPending(await desk.waiting(), person, desk, desk.at);
  const rows = [...mine, ...own, ...rest].map((one): Cell[] => [
    one.ticket.text,
    one.by,
    one.mine ? say({ en: 'your word', zh: '您的批准' }) : say({ en: 'others', zh: '他人' }),
    duration(Math.max(0, one.ticket.expiresAt - desk.at)),
    one.ticket.plan.code,
  ]);
  const columns = [
    say({ en: 'what', zh: '内容' }),
    say({ en: 'who', zh: '提出者' }),
    say({ en: 'waits for', zh: '等待' }),
    say({ en: 'expires in', zh: '剩余时间' }),
    say({ en: 'code', zh: '代码' }),
  ];
  return partOf(say({ en: 'waiting for approval:', zh: '等待批准：' }), columns, rows, 'pending');
}

/** Freezes, silences, long-held locks and reviews that are owed: what keeps things from happening, or from being heard. */
async function heldBack(desk: Desk, nameOf: (id: string) => string): Promise<Block[]> {
  const { at } = desk;
  const until = (moment: number | undefined) => (moment === undefined ? say({ en: 'lifted by hand', zh: '手动解除' }) : clockFrom(at, moment));
  const [freezes, silences, locks, reviews] = await Promise.all([desk.freezes.list(), desk.silences.list(), desk.locks(), desk.reviews()]);
  const rows: Cell[][] = [
    ...freezesFor(freezes, desk).map((one): Cell[] => [say({ en: 'freeze', zh: '冻结' }), one.scope, nameOf(one.by), one.reason, until(one.until)]),
    ...silencesFor(silences, desk).mine.map((one): Cell[] => [say({ en: 'silence', zh: '静默' }), meantBy(one), nameOf(one.by), one.reason, until(one.until)]),
    ...locks.flatMap(({ name, holders }) =>
      holders.map((holder): Cell[] => [say({ en: 'lock', zh: '锁' }), name, holder.ticket, '', say({ en: 'its end', zh: '直至结束' })]),
    ),
    ...reviews.map((one): Cell[] => [say({ en: 'review owed', zh: '待审查' }), one.line, nameOf(one.by), one.reason, until(one.dueAt)]),
  ];
  const columns = [
    say({ en: 'kind', zh: '类别' }),
    say({ en: 'what', zh: '内容' }),
    say({ en: 'by', zh: '人员' }),
    say({ en: 'why', zh: '理由' }),
    say({ en: 'until (UTC)', zh: '截止（UTC）' }),
  ];
  return partOf(say({ en: 'held back, or owed:', zh: '冻结、静默、锁与待审查：' }), columns, rows);
}

/** What schedules ask within a shift, and which of them end soon. */
async function next(desk: Desk): Promise<Block[]> {
  const all = (await schedulesFor(desk)).flatMap((one) => {
    const time = one.paused ? undefined : desk.cron(one.repeat.cron, one.repeat.zone, desk.at);
    return time === undefined || time >= Math.min(one.repeat.until, desk.at + SHIFT) ? [] : [{ at: putOff(one, time), one }];
  });
  const rows = all.sort((a, b) => a.at - b.at).map(({ at, one }): Cell[] => [clockFrom(desk.at, at), one.repeat.line, one.id]);
  const columns = [say({ en: 'next (UTC)', zh: '下次（UTC）' }), say({ en: 'what', zh: '内容' }), say({ en: 'schedule', zh: '时间表' })];
  return partOf(say({ en: 'scheduled within twelve hours:', zh: '十二小时内将执行：' }), columns, rows, 'schedule list');
}

/** What was done to hosts since then; what only looked is left out. */
async function done(desk: Desk, since: number, nameOf: (id: string) => string): Promise<Block[]> {
  const [begun, ended] = await Promise.all([
    searchAs(desk, { kind: 'dispatched', from: since - SHIFT, limit: LOOKED }),
    searchAs(desk, { kind: 'ended', from: since, limit: LOOKED }),
  ]);
  const ran = new Set(begun.entries.map(({ ticket }) => ticket));
  return donePart(
    ended.entries.filter(({ ticket }) => ran.has(ticket)),
    nameOf,
    desk.at,
    async (ticket) => (await desk.request(ticket))?.ticket.text,
  );
}
