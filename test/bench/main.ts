import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findServer } from '../../src/store/server.ts';
import { which } from '../support/real/have.ts';
import { auditing } from './audit.ts';
import { startBot } from './bot.ts';
import { forget } from './claims.ts';
import { latency } from './latency.ts';
import { childrenOf, machine } from './machine.ts';
import { memory } from './memory.ts';
import { output } from './output.ts';
import { policy } from './policy.ts';
import { proxmox } from './proxmox.ts';
import { redaction } from './redact.ts';
import { rooms } from './rooms.ts';
import { type Section, shown } from './section.ts';
import { startSshd } from './sshd.ts';
import { tasks } from './tasks.ts';
import { throughput } from './throughput.ts';

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string', multiple: true } } });
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const closers: (() => Promise<void>)[] = [];
const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs one section, with `--only NAME` none but those; what is missing for it is said instead. */
async function part(name: string, missing: readonly (string | undefined)[], run: () => Promise<Section>): Promise<object> {
  if (values.only && !values.only.some((one) => one.toLowerCase() === name.toLowerCase())) return { skipped: 'not asked for' };
  const lacks = missing.filter((one) => one !== undefined);
  if (lacks.length > 0) {
    print(`\n${name}: skipped, there is no ${lacks.join(' and no ')}`);
    return { skipped: `no ${lacks.join(', no ')}` };
  }
  const section = await run();
  print(`\n${shown(section)}`);
  return section.data;
}

/** Starts something the sections share; undefined when a program for it is missing. */
async function shared<T extends { close(): Promise<void> }>(start: () => Promise<T> | undefined): Promise<T | undefined> {
  const started = await start();
  if (started) closers.push(() => started.close());
  return started;
}

async function bench(): Promise<void> {
  const here = machine();
  print(`${here.cpus} × ${here.cpu}, ${here.memoryGB} GB; Node.js ${here.node}; Redis ${here.redis}; ${here.ssh}; load ${here.load.toFixed(1)}`);
  const server = findServer();
  const sshdProgram = which('ssh') === undefined || which('ssh-keygen') === undefined ? undefined : which('sshd');
  const sshd = await shared(() => (sshdProgram === undefined ? undefined : startSshd(sshdProgram, join(folder, 'sshd'))));
  const noSshd = sshd ? undefined : 'sshd and ssh';
  const noServer = server === undefined ? 'redis-server' : undefined;
  const memoryPart = await part('Memory', [process.platform === 'linux' ? undefined : '/proc'], () => memory(folder, noServer ? undefined : sshd));
  const bot = await shared(() => (sshd && server !== undefined ? startBot(join(folder, 'bot'), sshd) : undefined));
  const needed = [noSshd, noServer];
  const latencyPart = await part('Latency', needed, async () => latency(must(sshd), must(bot), folder));
  const throughputPart = await part('Throughput', needed, async () => throughput(must(server), must(sshd), must(bot), join(folder, 'chain')));
  const outputPart = await part('Output', [noSshd], async () => output(must(sshd)));
  const roomsPart = await part('Rooms', [noServer], rooms);
  const proxmoxPart = await part('Proxmox', [noServer], () => proxmox(folder));
  const tasksPart = await part('Tasks', [], () => tasks(folder));
  const redactionPart = await part('Redaction', [], async () => redaction());
  const auditPart = await part('Audit', [noServer], () => auditing(must(server), join(folder, 'audit')));
  const policyPart = await part('Policy', [], policy);
  if (values.json === undefined) return;
  const all = {
    at: new Date().toISOString(),
    machine: here,
    latency: latencyPart,
    throughput: throughputPart,
    memory: memoryPart,
    output: outputPart,
    rooms: roomsPart,
    proxmox: proxmoxPart,
    tasks: tasksPart,
    redaction: redactionPart,
    audit: auditPart,
    policy: policyPart,
  };
  writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a section ran without what it needs');
  return value;
}

/** Ends everything that was begun, in reverse. */
async function clean(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
}

/** Ends every process begun here and removes what sections made, without waiting for them. */
function abandon(): void {
  for (const { pid } of childrenOf(process.pid)) process.kill(pid, 'SIGTERM');
  forget();
  rmSync(folder, { recursive: true, force: true });
  process.exit(130);
}

let stopped: Promise<void> | undefined;
const stop = () => {
  stopped ??= clean().finally(abandon);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
try {
  await bench();
} finally {
  await (stopped ?? clean()); // what fails while things are being stopped is no news
}
