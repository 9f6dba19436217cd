import { ticketId } from '../digest.ts';
import type { Watched } from '../ports.ts';
import { scope } from '../scope.ts';
import type { SettleNeeds } from '../settle.ts';
import { isOver, planOf, type Ticket } from '../ticket.ts';
import { askFor } from '../unasked.ts';
import { type Said, say } from '../words.ts';
import type { Signal } from './alert.ts';
import { resolved, signalsOf, WATCH } from './findings.ts';
import { takeSignals } from './intake.ts';
import { spoken } from './spoken.ts';

/** How long a watch may take, in milliseconds, before that itself is an alert. */
const PATIENCE = 600_000;
/** What the bot says of itself. */
const SELF = 'self';

/** Asks a watch's line in the name of its person, unless what was asked before is not over. `run`: which time it is; told again it is the same request. */
export async function askWatch(name: string, run: string, now: number, needs: SettleNeeds): Promise<void> {
  const watch = (await needs.rules()).routing.watches.find((one) => one.name === name);
  if (!watch) return;
  await collect(name, now, needs);
  const id = ticketId(WATCH, `${name} ${run}`);
  const was = await needs.watches.get(name);
  if (was?.asked && was.asked.ticket !== id) return;
  const { line, as } = watch;
  const next: Watched = { format: 1, fires: [], ...was, asked: { ticket: id, at: was?.asked?.at ?? now } };
  if (!was?.asked && !(await needs.watches.change(name, was, next))) return; // another desk was faster
  await askFor({ id, line, by: as, from: { kind: 'watch', ticket: name }, places: [], at: next.asked?.at ?? now }, needs);
}

/** Makes alerts of what watches have found since; what a watch found that there is no more is over. */
export async function tendWatches(now: number, needs: SettleNeeds): Promise<void> {
  const { watches } = (await needs.rules()).routing;
  for (const name of await needs.watches.names()) {
    if (watches.some((one) => one.name === name)) await collect(name, now, needs);
    else await forget(name, now, needs);
  }
}

async function collect(name: string, now: number, needs: SettleNeeds): Promise<void> {
  const was = await needs.watches.get(name);
  if (!was?.asked) return;
  const { asked, trouble: before, ...rest } = was;
  const ticket = await needs.tickets.get(asked.ticket);
  // One that was not even made was cut off in the middle of being asked.
  if (!ticket) return now - asked.at < PATIENCE ? undefined : void (await needs.watches.change(name, was, { ...rest, ...(before ? { trouble: before } : {}) }));
  if (!isOver(ticket)) {
    if (now - asked.at < PATIENCE || before) return;
    const said = say({ en: '`{line}` does not come to an end', zh: '`{line}` 一直没有结束' }, { line: ticket.text });
    const trouble = troubleOf(name, said, now);
    await takeSignals(SELF, [trouble], now, needs);
    await needs.watches.change(name, was, { ...was, trouble });
    return;
  }
  const came = await cameTo(name, ticket, was, needs);
  const trouble = came.why && { ...troubleOf(name, came.why, now), ...(before ? { startsAt: before.startsAt } : {}) };
  if (came.firing.length + came.over.length > 0) await takeSignals(WATCH, [...came.firing, ...came.over], now, needs);
  if (trouble ?? before) await takeSignals(SELF, [trouble ?? resolved(before ?? troubleOf(name, say({ en: '', zh: '' }), now), now)], now, needs);
  await needs.watches.change(name, was, { ...rest, fires: came.firing, ...(trouble ? { trouble } : {}) });
}

async function forget(name: string, now: number, needs: SettleNeeds): Promise<void> {
  const was = await needs.watches.get(name);
  if (!was) return;
  await takeSignals(
    WATCH,
    was.fires.map((one) => resolved(one, now)),
    now,
    needs,
  );
  if (was.trouble) await takeSignals(SELF, [resolved(was.trouble, now)], now, needs);
  await needs.watches.change(name, was, undefined);
}

/** What its line found; `why`: nothing can be said, so all stays as it was. */
async function cameTo(
  watch: string,
  ticket: Ticket,
  { fires }: Watched,
  needs: SettleNeeds,
): Promise<{ readonly firing: readonly Signal[]; readonly over: readonly Signal[]; readonly why?: Said }> {
  const asIs = { firing: fires, over: [] };
  const { text: line } = ticket;
  if (ticket.state === 'refused') return { ...asIs, why: say({ en: '`{line}`: {why}', zh: '`{line}`：{why}' }, { line, why: ticket.message }) };
  const ref = planOf(ticket);
  const plan = ref && (await needs.plans.plan(ticket.id, ref.round));
  if (!plan) return { ...asIs, why: say({ en: '`{line}` came to nothing', zh: '`{line}` 没有结果' }, { line }) };
  if (!plan.findings) return { ...asIs, why: say({ en: '`{line}` finds nothing to watch', zh: '`{line}` 不产生可监视的结果' }, { line }) };
  const about = (scope(ticket, (await needs.rules()).policy, needs.commands) ?? []).map(({ name }) => name);
  return signalsOf({ watch, at: ticket.askedAt, examined: plan.findings, about }, fires);
}

function troubleOf(name: string, why: Said, at: number): Signal {
  return {
    ...{ source: SELF, fingerprint: `watch/${name}`, status: 'firing', severity: 'warning', labels: { watch: name }, startsAt: at },
    ...spoken(say({ en: 'the watch {name} does not see', zh: '监视 {name} 无法工作' }, { name }), why),
  };
}
