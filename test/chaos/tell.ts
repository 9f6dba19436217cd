import { key, open } from '../../src/store/redis.ts';
import { type Finding, judge } from './judge.ts';
import type { Played } from './play.ts';
import { type Line, readLines } from './program.ts';
import type { RoundEnd } from './round.ts';

/** Who is told, and how much. */
export interface Teller {
  readonly iterations: number;
  /** Every request of every round, not only those of which something must not be. */
  readonly verbose: boolean;
  tell(text: string): void;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** Says how a round went, and of what must not be everything there is to know: the card, the ticket, and what the parts said. */
export async function tellRound(teller: Teller, end: RoundEnd, ended: readonly RoundEnd[], began: number): Promise<void> {
  const { round, world, requests, faults, locks, ms } = end;
  const done = ended.reduce((sum, one) => sum + one.round.iterations.length, 0);
  const lines = readLines(world.effects);
  const findings = judge({ requests, lines, locks });
  const many = findings.length > 0 ? `, ${findings.length} findings` : '';
  teller.tell(
    `${seconds(Date.now() - began).padStart(6)} s  ${String(done).padStart(4)}/${teller.iterations}  round ${round.n} in ${world.name}: ${seconds(ms)} s${many}`,
  );
  for (const { counter, what, why } of findings) teller.tell(`  ${counter}: ${what} ${why}`);
  for (const { tag, doubts } of requests) if (doubts !== undefined) teller.tell(`  ${tag} was of unknown outcome for a while:\n${indented(doubts)}`);
  if (findings.length === 0 && !teller.verbose) return;
  const zero = Math.min(...faults.map(({ begin }) => begin), ...requests.flatMap(({ changes }) => changes.map(({ at }) => at)));
  const happened = [...faults].sort((a, b) => a.begin - b.begin).map((fault) => `${fault.kind} ${seconds(fault.begin - zero)}–${seconds(fault.end - zero)}`);
  teller.tell(`  begun at ${new Date(zero).toISOString()}; faults: ${happened.join(', ')}`);
  for (const request of requests) if (teller.verbose || isBad(request, findings)) teller.tell(shown(request, lines, findings, zero));
  for (const { name, at, how, said } of world.surprises())
    if (at >= zero) teller.tell(`  ${name} ended by itself at ${seconds(at - zero)}: ${how} ${said.trim()}`);
  if (findings.length === 0) return;
  const redis = await open(world.redis);
  for (const { ticket } of requests.filter((request) => isBad(request, findings)))
    teller.tell(`  ticket ${ticket} as it is stored: ${await redis.hget(key('ticket', ticket), 'json')}`);
  redis.disconnect();
  for (const part of Object.values(world.parts)) if (part.name !== 'redis') teller.tell(indented(`${part.name} said:\n${part.log}`));
}

const isBad = (request: Played, findings: readonly Finding[]): boolean => findings.some(({ what }) => what === request.tag);
const indented = (text: string): string => text.trimEnd().replace(/^/gm, '    | ');

function shown(request: Played, lines: readonly Line[], findings: readonly Finding[], zero: number): string {
  const { tag, kind, fault, ticket, changes, stopMs } = request;
  const effects = lines.filter((line) => line.tag === tag).map(({ host, what }) => `${host} ${what}`);
  const history = changes.map(({ at, state }) => `${seconds(at - zero)} ${state}`);
  const stopped = stopMs === undefined ? '' : `; stopped in ${stopMs} ms`;
  const card = isBad(request, findings) || request.end !== 'done' ? `\n${indented(request.text)}` : '';
  return `  ${tag} ${kind}, ${fault}, ticket ${ticket}: ${history.join(' → ')}\n    effects: ${effects.join(', ')}${stopped}${card}`;
}
