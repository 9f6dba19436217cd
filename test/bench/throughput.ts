import { Slots } from '../../src/hosts/slots.ts';
import type { BotProcess } from './bot.ts';
import { type Chain, startChain } from './chain.ts';
import { countCommands } from './count.ts';
import { Door } from './door.ts';
import { ONE } from './lines.ts';
import { bareSsh2 } from './peers.ts';
import type { Section } from './section.ts';
import type { Sshd } from './sshd.ts';
import { fixed, perSecond, times } from './stats.ts';

const WARM_MS = 700;
const RUN_MS = 1200;
/** Every measurement is taken this many times, in turns, and the mean counts. */
const TURNS = 4;
/** Channels the bot opens at once on one connection. */
const CHANNELS = 8;

interface Case {
  readonly key: string;
  readonly label: string;
  readonly abreast: number;
  /** The case this one is held against. */
  readonly beside?: string;
  work(): Promise<unknown>;
}

/** Requests per second through all queues, beside bare BullMQ with as many hops on a server with the same settings. */
export async function throughput(program: string, sshd: Sshd, bot: BotProcess, folder: string): Promise<Section> {
  const door = new Door(bot);
  await door.open();
  const bare = await bareSsh2(sshd);
  const slots = new Slots(CHANNELS);
  const read = () => slots.use(() => bare.exec(ONE));
  const chain = await startChain(program, folder, read);
  try {
    const cases: Case[] = [
      ...[32, 64].flatMap((abreast) => casesOf(abreast, door, chain)),
      { key: 'ssh2', label: 'bare ssh2: the read of `hosts` alone', abreast: CHANNELS, work: read },
    ];
    const rates = await measure(cases);
    const counts = [];
    for (const text of ['whoami', 'hosts host1']) counts.push({ text, ...(await countCommands(bot.redis, () => door.ask(text))) });
    return section(cases, rates, counts);
  } finally {
    door.close();
    bare.close();
    await chain.close();
  }
}

function casesOf(abreast: number, door: Door, chain: Chain): Case[] {
  return [
    { key: `whoami${abreast}`, label: 'whoami: ask, show', abreast, beside: `bare2x${abreast}`, work: () => door.ask('whoami') },
    { key: `bare2x${abreast}`, label: '  bare BullMQ, 2 queues', abreast, work: () => chain.through(2) },
    { key: `hosts${abreast}`, label: 'hosts: ask, plan, decide, show', abreast, beside: `read4x${abreast}`, work: () => door.ask('hosts host1') },
    { key: `read4x${abreast}`, label: '  bare BullMQ, 4 queues, and bare ssh2', abreast, work: () => chain.through(4, true) },
    { key: `bare4x${abreast}`, label: '  bare BullMQ, 4 queues, no host', abreast, work: () => chain.through(4) },
  ];
}

async function measure(cases: readonly Case[]): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { key, abreast, work } of cases) {
      if (turn === 0) await perSecond(work, abreast, WARM_MS);
      sums.set(key, (sums.get(key) ?? 0) + (await perSecond(work, abreast, RUN_MS)));
    }
  }
  return new Map([...sums].map(([key, sum]) => [key, sum / TURNS]));
}

function section(
  cases: readonly Case[],
  rates: ReadonlyMap<string, number>,
  counts: readonly { text: string; commands: number; scripts: number; waits: number }[],
): Section {
  const rate = (key: string) => rates.get(key) ?? Number.NaN;
  const data = cases.map(({ key, abreast, beside }) => ({
    key,
    abreast,
    perSecond: rate(key),
    share: beside === undefined ? undefined : rate(key) / rate(beside),
  }));
  return {
    title: 'Throughput: requests per second, closed loop',
    columns: ['', 'abreast', 'per second', 'of bare'],
    rows: data.map(({ perSecond, share, abreast }, i) => [
      cases[i]?.label ?? '',
      String(abreast),
      fixed(perSecond, 0),
      share === undefined ? '' : times(share),
    ]),
    notes: counts.map(
      ({ text, commands, scripts, waits }) =>
        `Redis commands for one \`${text}\`: ${fixed(commands, 1)} (${fixed(scripts, 1)} scripts, ${fixed(waits, 1)} waits)`,
    ),
    data: { ...Object.fromEntries(data.map(({ key, ...rest }) => [key, rest])), redisCommands: counts },
  };
}
