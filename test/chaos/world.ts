import { writeFileSync } from 'node:fs';
import { schema } from '../../config/schema.ts';
import { deadPort, Folder, type Program, serverProgram } from '../support/processes.ts';
import { until } from '../support/real/processes.ts';
import { Door } from './door.ts';
import { type Machine, startMachine } from './machine.ts';
import { writeProgram } from './program.ts';
import { Supervised, type Surprise } from './supervised.ts';

export type PartName = 'gateway' | 'desk' | 'worker1' | 'worker2' | 'redis';

/** Gateway, desk, two workers of one site, a Redis that may be killed, two machines behind a bad network, and the public door. */
export interface World {
  readonly name: string;
  readonly parts: Readonly<Record<PartName, Supervised>>;
  readonly machines: readonly [Machine, Machine];
  readonly door: Door;
  /** The file in which the machines' programs say what they did. */
  readonly effects: string;
  /** Its Redis' address. */
  readonly redis: string;
  surprises(): Surprise[];
  close(): Promise<void>;
}

/** Names of a slot's hosts: each stands for one of the two machines, with locks and connections of its own. */
export const hostOf = (machine: 0 | 1, slot: number): string => `${'ab'[machine]}${slot}`;

/** Starts a world with hosts for this many iterations side by side. */
export async function startWorld(name: string, slots: number): Promise<World> {
  const folder = new Folder();
  const closers: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(closers.splice(0).map((one) => one.close().catch(() => undefined)));
    await folder.close();
  };
  try {
    const effects = folder.file('effects');
    writeFileSync(effects, '');
    const machines = await Promise.all([startMachine('a', folder.file('a'), effects), startMachine('b', folder.file('b'), effects)]);
    closers.push(...machines);
    const config = folder.config('config.yaml', configuration(machines, slots, writeProgram(folder.file('effect.sh'))));
    const socket = folder.file('redis.sock');
    const supervise = (part: PartName, start: () => Program) => {
      const supervised = new Supervised(part, start);
      closers.push(supervised);
      return supervised;
    };
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--dir', folder.path, '--maxmemory-policy', 'noeviction'];
    const redis = supervise('redis', () => folder.run(serverProgram(), ['--port', '0', '--unixsocket', socket, ...durable]));
    await redis.program.says('eady to accept connections');
    const port = await deadPort();
    const part = (part: Exclude<PartName, 'redis'>, ...args: readonly string[]) =>
      supervise(part, () => folder.hostler([...args, '--redis', `unix://${socket}`], { home: folder.file(part) }));
    const parts = {
      redis,
      desk: part('desk', 'desk', '--config', config),
      gateway: part('gateway', 'gateway', '--port', String(port)),
      worker1: part('worker1', 'worker', '--site', 'east'),
      worker2: part('worker2', 'worker', '--site', 'east'),
    };
    await Promise.all(Object.values(parts).map((one) => (one === redis ? undefined : one.program.says('is ready', 60_000))));
    const door = new Door(folder.file('gateway'));
    closers.push(door);
    await until('the door', () => door.open(), 30_000);
    return {
      name,
      parts,
      machines,
      door,
      effects,
      redis: `unix://${socket}`,
      surprises: () => Object.values(parts).flatMap(({ surprises }) => surprises),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The configuration as an administrator would write it. */
function configuration(machines: readonly [Machine, Machine], slots: number, program: string): unknown {
  const hosts = machines.flatMap(({ way, sshd }, i) =>
    Array.from({ length: slots }, (_, slot) => [
      hostOf(i === 0 ? 0 : 1, slot),
      { site: 'east', address: '127.0.0.1', port: way.port, user: sshd.user, key: `file:${sshd.key}`, hostKey: sshd.fingerprint() },
    ]),
  );
  const declare = (mode: string, risk: string) => ({
    summary: `Leave a line (${mode})`,
    argv: [program, '{tag}', '{ticks}', mode],
    with: { tag: { pattern: '[a-z0-9-]+' }, ticks: { pattern: '[0-9]+', default: '0' } },
    risk,
    timeout: '20m',
  });
  const written = {
    practice: true,
    limits: { person: 100_000, room: 100_000 },
    web: { port: 0 },
    sites: { east: {} },
    hosts: Object.fromEntries(hosts),
    programs: {
      effect: declare('work', 'low'),
      risky: declare('work', 'medium'),
      nap: declare('nap', 'low'),
      stubborn: declare('stubborn', 'low'),
      brood: declare('brood', 'low'),
    },
    people: { alice: { name: 'Alice', roles: ['all'] }, bob: { name: 'Bob', roles: ['all'] } },
    roles: { all: { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] } },
    approvals: [{ from: 'medium', count: 1, roles: ['all'], expires: '30m' }],
  };
  schema.parse(written); // a mistake here is told here
  return written;
}
