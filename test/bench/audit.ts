import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AuditQuery, Note } from '../../src/core/audit.ts';
import { EMPTY, lineOf, link } from '../../src/core/chain.ts';
import { isBroken } from '../../src/core/chaincheck.ts';
import { audit, auditNotes } from '../../src/store/audit.ts';
import { Chain } from '../../src/store/auditchain.ts';
import { chainFiles } from '../../src/store/auditfile.ts';
import { AuditIndex } from '../../src/store/auditindex.ts';
import { piecesOf } from '../../src/store/auditlines.ts';
import { verifyChain } from '../../src/store/auditverify.ts';
import { leases } from '../../src/store/leases.ts';
import { STREAM } from '../../src/store/notes.ts';
import { open } from '../../src/store/redis.ts';
import { startServer } from '../../src/store/server.ts';
import { which } from '../support/real/have.ts';
import type { Section } from './section.ts';
import { fixed, perSecond, type Spread, spread, timed } from './stats.ts';

/** Entries that are searched. */
const MANY = 1_000_000;
/** Times each question is asked; of grep, which takes seconds, fewer. */
const ASKED = 200;
const GREPPED = 5;

const PEOPLE = Array.from({ length: 50 }, (_, i) => `person${i}`);
const HOSTS = Array.from({ length: 400 }, (_, i) => `host${i}`);
const COMMANDS = ['vm reboot', 'vm list', 'vm snapshot', 'svc restart', 'host status', 'backup run', 'ct stop', 'storage show'];
const KINDS = ['said', 'planned', 'voted', 'dispatched', 'step', 'step', 'ended'] as const;

/** The nth thing that happened in two years: seven to a request. */
function happened(n: number): Note {
  const request = Math.floor(n / 7);
  const kind = KINDS[n % 7] ?? 'said';
  const command = COMMANDS[request % COMMANDS.length] ?? '';
  const asker = PEOPLE[(request * 7) % PEOPLE.length] ?? '';
  const ticket = `T${request.toString(36).toUpperCase().padStart(11, '0')}`;
  const on = HOSTS[(request * 31) % HOSTS.length] ?? '';
  const base = { at: timeOf(n), kind, ticket, asker, command, room: 'ops' };
  if (kind === 'said')
    return {
      ...base,
      by: asker,
      account: { chat: 'slack', id: `U${asker}` },
      line: `${command} guest${request % 900}`,
      more: { input: { guest: `guest${request % 900}` } },
    };
  const planned = { ...base, digest: ticket.padEnd(64, '0'), hosts: [on] };
  const voter = PEOPLE[(request * 11 + 3) % PEOPLE.length] ?? '';
  if (kind === 'voted') return { ...planned, by: voter };
  if (kind === 'dispatched') return { ...planned, more: { votes: [{ by: voter, at: timeOf(n - 1) }] } };
  return {
    ...planned,
    more:
      kind === 'step'
        ? { round: 1, step: 0, state: 'finished', outcome: 'exit', code: 0, output: ticket.padEnd(64, '0'), bytes: 120 }
        : { risk: 'medium', round: 1 },
  };
}
const timeOf = (n: number) => 1_732_000_000_000 + n * 63_000;

/** How fast things get into the audit, and how fast they are found in a million entries, beside what one would take instead. */
export async function auditing(program: string, folder: string): Promise<Section> {
  mkdirSync(folder, { recursive: true });
  const appends = await appending(program, folder);
  const { built, bytes, index, dir, verified } = await million(folder);
  const searches = searching(index, dir);
  index.close();
  const rows = [
    ...appends.map(({ name, rate }) => [name, `${fixed(rate, 0)}/s`, '', '']),
    ['chain, fsync and index, in batches of 500', `${fixed(built, 0)}/s`, '', ''],
    ['hostler audit verify', `${fixed(verified, 0)}/s`, '', ''],
    ...searches.map(({ name, found, grepped }) => [
      name,
      '',
      `${fixed(found.p50)} / ${fixed(found.p95)} ms`,
      grepped ? `${fixed(grepped.p50, 0)} / ${fixed(grepped.p95, 0)} ms` : '',
    ]),
  ];
  return {
    title: 'Audit',
    columns: ['', 'entries', 'search p50 / p95', 'grep p50 / p95'],
    rows,
    notes: [
      `search: the newest 20 of ${MANY} entries (${fixed(bytes / 1e6, 0)} MB); grep: all lines, the last 20 kept`,
      'every append is on the disk before it counts',
    ],
    data: { appends, built, verified, bytes, searches },
  };
}

async function appending(program: string, folder: string) {
  const server = await startServer(program, join(folder, 'redis'));
  const redis = await open(server.url);
  const { note } = auditNotes(redis);
  let n = 0;
  const one = () => note([happened(n++)]);
  const taken = await perSecond(one, 1, 2000);
  const abreast = await perSecond(one, 16, 2000);
  const waiting = await redis.xlen(STREAM);
  const desk = audit(redis, {
    leases: leases(redis),
    ticketOf: async () => undefined,
    dir: join(folder, 'desk'),
    log: (text) => process.stderr.write(`${text}\n`),
  });
  const draining = await timed(() => desk.search({ limit: 1 }).then(() => desk.search({ limit: 1 })));
  await desk.close();
  redis.disconnect();
  await server.close();
  const file = openSync(join(folder, 'plain.jsonl'), 'a');
  let head = EMPTY;
  const plain = await perSecond(
    async () => {
      const entry = link(happened(n), `${timeOf(n++)}-0.0`, head);
      head = entry;
      writeSync(file, `${lineOf(entry)}\n`);
      fsyncSync(file);
    },
    1,
    2000,
  );
  closeSync(file);
  const db = new DatabaseSync(join(folder, 'plain.sqlite'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (seq INTEGER PRIMARY KEY, json TEXT)');
  const insert = db.prepare('INSERT INTO entry (json) VALUES (?)');
  const inserted = await perSecond(async () => void insert.run(JSON.stringify(happened(n++))), 1, 2000);
  db.close();
  return [
    { name: 'note until Redis has it, one after the other', rate: taken },
    { name: 'note until Redis has it, 16 abreast', rate: abreast },
    { name: 'out of the stream into chain and index', rate: (waiting * 1000) / draining },
    { name: 'instead: append a line to a file, fsync', rate: plain },
    { name: 'instead: insert a row into SQLite', rate: inserted },
  ];
}

async function million(folder: string) {
  const dir = join(folder, 'million');
  mkdirSync(dir);
  const chain = await Chain.open(dir, { ...EMPTY, from: '' }, () => undefined);
  const index = await AuditIndex.open(dir);
  const took = await timed(async () => {
    for (let n = 0; n < MANY; n += 500) {
      const written = await chain.append(Array.from({ length: 500 }, (_, i) => ({ note: happened(n + i), from: `${timeOf(n + i)}-0.0` })));
      await chain.sync();
      index.add(written);
    }
  });
  await chain.close();
  const files = chainFiles(dir);
  const verifying = await timed(async () => {
    const found = await verifyChain(files.map(({ path }) => ({ name: path, pieces: piecesOf(path) })));
    if (isBroken(found)) throw new Error(`the chain is broken: ${JSON.stringify(found)}`);
  });
  const bytes = files.reduce((sum, { path }) => sum + statSync(path).size, 0);
  return { built: (MANY * 1000) / took, verified: (MANY * 1000) / verifying, bytes, index, dir };
}

interface Searched {
  readonly name: string;
  readonly found: Spread;
  readonly grepped?: Spread;
}

function searching(index: AuditIndex, dir: string): Searched[] {
  const questions: readonly (readonly [string, (i: number) => Partial<AuditQuery>, ((i: number) => string) | undefined])[] = [
    ['a person', (i) => ({ person: PEOPLE[i % 50] ?? '' }), (i) => `"by":"${PEOPLE[i % 50]}"`],
    ['a target', (i) => ({ target: HOSTS[i % 400] ?? '' }), (i) => `"hosts":["${HOSTS[i % 400]}"]`],
    ['a command', (i) => ({ command: COMMANDS[i % 8] ?? '' }), (i) => `"command":"${COMMANDS[i % 8]}"`],
    ['a family of commands', () => ({ command: 'vm' }), () => '"command":"vm '],
    ['a kind', (i) => ({ kind: KINDS[i % 7] ?? 'said' }), (i) => `"kind":"${KINDS[i % 7]}"`],
    ['a request', (i) => ({ ticket: happened(i * 4001).ticket ?? '' }), (i) => happened(i * 4001).ticket ?? ''],
    ['a day, long ago', (i) => ({ from: timeOf(i * 2000), to: timeOf(i * 2000) + 86_400_000 }), undefined],
    ['who, what, where and when at once', (i) => ({ person: PEOPLE[i % 50] ?? '', target: HOSTS[i % 400] ?? '', command: 'vm', from: timeOf(0) }), undefined],
    ['two that never meet', () => ({ person: 'person1', command: 'vm list', kind: 'said' }), undefined],
    ['everything', () => ({}), undefined],
  ];
  const grep = which('grep');
  return questions.map(([name, query, pattern]) => {
    const times: number[] = [];
    for (let i = 0; i < ASKED; i++) {
      const began = performance.now();
      index.find({ limit: 20, ...query(i) });
      times.push(performance.now() - began);
    }
    if (!pattern || grep === undefined) return { name, found: spread(times) };
    const others: number[] = [];
    for (let i = 0; i < GREPPED; i++) {
      const began = performance.now();
      spawnSync('sh', ['-c', 'grep -hF -- "$1" "$2"/*.jsonl | tail -20', 'sh', pattern(i), dir]);
      others.push(performance.now() - began);
    }
    return { name, found: spread(times), grepped: spread(others) };
  });
}
