import { join } from 'node:path';
import { perform } from '../../src/hosts/runner.ts';
import { Ssh } from '../../src/hosts/ssh.ts';
import { watching } from '../support/watch.ts';
import type { BotProcess } from './bot.ts';
import { claim, forget } from './claims.ts';
import { Door } from './door.ts';
import { ONE, THREE } from './lines.ts';
import { bareSsh2, controlMaster, openSsh } from './peers.ts';
import type { Section } from './section.ts';
import type { Sshd } from './sshd.ts';
import { fixed, type Spread, spread, timed, times } from './stats.ts';

const ROUNDS = 200;
const WARM_UP = 30;
/** All rounds together take at most this, in milliseconds. */
const MOST_MS = 30_000;

/** One way to have something done, measured in turns with the others. */
interface Way {
  readonly label: string;
  work(): Promise<unknown>;
  /** Measured in one of so many rounds; default every one. */
  readonly every?: number;
  /** Keys of the same thing over bare ssh2 and over ControlMaster. */
  readonly beside?: { readonly ssh2: string; readonly master?: string };
}
type Ways = Readonly<Record<string, Way>>;
type Spreads = ReadonlyMap<string, Spread>;

/** From a typed message to its result on a card, beside the same command lines over SSH alone. */
export async function latency(sshd: Sshd, bot: BotProcess, folder: string): Promise<Section> {
  const door = new Door(bot);
  await door.open();
  const bare = await bareSsh2(sshd);
  const master = await controlMaster(sshd, join(folder, 'master'));
  const ssh = new Ssh(sshd.access);
  const on = { site: 'here', host: 'host1' };
  const step = () => perform(ssh, claim(), { kind: 'exec', on, why: { words: { en: 'bench', zh: 'bench' } }, argv: ['true'] }, watching());
  const ways: Ways = {
    whoami: { label: 'message -> card: whoami (no host)', work: () => door.ask('whoami') },
    hosts: { label: 'message -> card: hosts (1 read)', work: () => door.ask('hosts host1'), beside: { ssh2: 'hostsSsh2', master: 'hostsMaster' } },
    hostsSsh2: { label: '  bare ssh2, same line', work: () => bare.exec(ONE) },
    hostsMaster: { label: '  ssh over ControlMaster, same line', work: () => master.exec(ONE) },
    hostsFresh: { label: '  ssh, fresh connection, same line', work: () => openSsh(sshd, [], [ONE]), every: 10 },
    netShow: { label: 'message -> card: net show (3 reads)', work: () => door.ask('net show host1'), beside: { ssh2: 'netSsh2', master: 'netMaster' } },
    netSsh2: { label: '  bare ssh2, same 3 lines abreast', work: () => Promise.all(THREE.map((line) => bare.exec(line))) },
    netMaster: { label: '  ssh over ControlMaster, same 3 abreast', work: () => Promise.all(THREE.map((line) => master.exec(line))), every: 2 },
    step: { label: 'a step, `true`, at most once', work: step, beside: { ssh2: 'stepSsh2' } },
    stepSsh2: { label: '  bare ssh2, `true`', work: () => bare.exec('true') },
  };
  try {
    return section(ways, await measure(ways));
  } finally {
    door.close();
    bare.close();
    await master.close();
    await ssh.close();
    forget();
  }
}

/** In turns, so that all ways see the same machine. */
async function measure(ways: Ways): Promise<Spreads> {
  const all = Object.entries(ways).map(([key, { work, every = 1 }]) => ({ key, work, every, took: [] as number[] }));
  for (let i = 0; i < WARM_UP; i++) for (const { work, every } of all) if (every === 1) await work();
  const began = performance.now();
  for (let i = 0; i < ROUNDS && performance.now() - began < MOST_MS; i++) {
    for (const { work, every, took } of all) if (i % every === 0) took.push(await timed(work));
  }
  return new Map(all.map(({ key, took }) => [key, spread(took)]));
}

function section(ways: Ways, spreads: Spreads): Section {
  const p50 = (key: string) => spreads.get(key)?.p50 ?? Number.NaN;
  const data = Object.entries(ways).map(([key, { beside }]) => {
    const { n = 0, p95 = Number.NaN, p99 = Number.NaN } = spreads.get(key) ?? {};
    const beyondSsh2 = beside && p50(key) - p50(beside.ssh2);
    const toSsh2 = beside && p50(key) / p50(beside.ssh2);
    const toMaster = beside?.master === undefined ? undefined : p50(key) / p50(beside.master);
    return { key, n, p50: p50(key), p95, p99, beyondSsh2, toSsh2, toMaster };
  });
  return {
    title: 'Latency: from a typed message to its result (milliseconds)',
    columns: ['', 'n', 'p50', 'p95', 'p99', 'beyond ssh2', 'to ssh2', 'to ControlMaster'],
    rows: data.map(({ key, n, p50, p95, p99, beyondSsh2, toSsh2, toMaster }) => [
      ways[key]?.label ?? key,
      String(n),
      fixed(p50),
      fixed(p95),
      fixed(p99),
      beyondSsh2 === undefined ? '' : fixed(beyondSsh2),
      toSsh2 === undefined ? '' : times(toSsh2),
      toMaster === undefined ? '' : times(toMaster),
    ]),
    notes: [],
    data: Object.fromEntries(data.map(({ key, ...rest }) => [key, rest])),
  };
}
