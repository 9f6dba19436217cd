import type { Spread } from '../chaos/figures.ts';
import type { Report } from './run.ts';

/** What does not hold; empty when all is well. */
export function failures({ verdict, violations, approvals, memory, surprises, traffic, sent, options, settledSeconds }: Report): string[] {
  const found: string[] = [];
  const must = (holds: boolean, words: string) => void (holds || found.push(words));
  const list = (what: string, lines: readonly string[]) => must(lines.length === 0, `${lines.length} ${what}: ${lines.slice(0, 5).join('; ')}`);
  list('fingerprints on no card', verdict.lost);
  list('fingerprints on several cards', verdict.several);
  list('fingerprints not as last told', verdict.otherwise);
  list('cards that do not say what is stored', verdict.disagree);
  list('messages that stand twice', verdict.doubled);
  list('misuses of Slack', violations);
  must(sent.fingerprints > 0 && verdict.roundUps > 0, 'there is no round-up card');
  must(options.minutes < 3 || settledSeconds !== null, `${verdict.behind} cards were not shown long after the storm`);
  must(approvals.done === approvals.pressed, `${approvals.pressed - approvals.done} approved requests are not done`);
  must(approvals.effects === approvals.pressed, `${approvals.effects} effects of ${approvals.pressed} approved requests`);
  must(traffic.mostInSecond <= 1 && traffic.mostEdits <= 100, `${traffic.mostInSecond} messages in a second of a room, ${traffic.mostEdits} edits in a minute`);
  must(surprises === 0, `${surprises} parts ended by themselves`);
  for (const part of ['desk', 'gateway'] as const)
    must(memory.end[part] <= 1.5 * memory.middle[part], `memory of the ${part} grew from ${memory.middle[part]} to ${memory.end[part]} MB`);
  return found;
}

/** The figures, as a table for people. */
export function table(report: Report): string {
  const { options, sent, verdict, traffic, calm, storm, all, ratio, approvals, kills, memory, cpu, settledSeconds } = report;
  const rooms = (counted: Readonly<Record<string, number>>) =>
    Object.entries(counted)
      .map(([room, n]) => `${room} ${n}`)
      .join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['storm', `${options.minutes} min of ${options.perMinute} alerts a minute; desk and gateway killed ${kills} times; Slack away for ${options.down} min`],
    ['taken', `${sent.alerts} alerts in ${sent.bodies} bodies, ${sent.fingerprints} fingerprints; ${sent.malformed} malformed; sent again ${sent.again} times`],
    ['answered (ms)', spreadOf(sent.answer)],
    ['nothing lost', `${verdict.lost.length} lost, ${verdict.several.length} on several cards, ${verdict.otherwise.length} not as last told`],
    ['cards', `${verdict.cards}, of them ${verdict.roundUps} round-ups, the largest of ${verdict.largest} fingerprints`],
    [
      'in Slack',
      `${verdict.disagree.length} not as stored, ${verdict.doubled.length} twice, ${verdict.behind} on their way; settled ${settledSeconds === null ? 'not waited for' : `${settledSeconds} s after the storm`}`,
    ],
    ['messages', `${rooms(traffic.messages)}; refused ${traffic.refusedMessages}; at most ${traffic.mostInSecond} in a second of a room`],
    ['edits', `${rooms(traffic.edits)}; refused ${traffic.refusedEdits}; at most ${traffic.mostEdits} in a minute`],
    ['press -> first step, no alerts (ms)', spreadOf(calm.effect)],
    ['press -> first step, storm (ms)', `${spreadOf(storm.effect)}; ${ratio} x`],
    ['  just after a kill, too', spreadOf(all.effect)],
    ['line -> card, no alerts (ms)', spreadOf(calm.card)],
    ['line -> card, storm (ms)', spreadOf(storm.card)],
    ['  just after a kill, too', spreadOf(all.card)],
    [
      'approvals',
      `${approvals.pressed} approved, ${approvals.done} done, ${approvals.effects} effects; no card in time ${approvals.unanswered}, pressed again ${approvals.again}`,
    ],
    [
      'memory (MB): start, middle, end',
      (['desk', 'gateway'] as const).map((part) => `${part} ${memory.start[part]}, ${memory.middle[part]}, ${memory.end[part]}`).join('; '),
    ],
    ['processor (s a minute)', `desk ${cpu.desk}, gateway ${cpu.gateway}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

function spreadOf({ p50, p95, max, samples }: Spread): string {
  return `p50 ${p50}, p95 ${p95}, max ${max} (n ${samples})`;
}
