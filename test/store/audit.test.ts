import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Audited, AuditQuery, Note } from '../../src/core/audit.ts';
import { audit } from '../../src/store/audit.ts';
import { chainFiles } from '../../src/store/auditfile.ts';
import { readHead } from '../../src/store/audithead.ts';
import { Keeper, type KeeperOptions, POINTS } from '../../src/store/auditkeeper.ts';
import { piecesOf } from '../../src/store/auditlines.ts';
import { verifyChain } from '../../src/store/auditverify.ts';
import { leases } from '../../src/store/leases.ts';
import { noting, STREAM } from '../../src/store/notes.ts';
import { journals } from '../../src/store/plans.ts';
import { tickets } from '../../src/store/tickets.ts';
import { servers } from '../support/redis.ts';
import { asked } from '../support/ticket.ts';

const said = (line: string, more: Partial<Note> = {}): Note => ({ at: 1, kind: 'said', by: 'ana', line, ...more });
const ALL: AuditQuery = { limit: 1000 };

const kinds = servers();
/** Everything is tried on the last of them; on the one before, which is slow, once each of what it might do otherwise. */
const slow = kinds[kinds.length - 2]?.name;

describe.each(kinds)('the audit on $name', ({ name, start }) => {
  let redis: Redis;
  let stop: () => Promise<void>;
  let dir: string;
  let logged: string[];
  const open: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    ({ redis, stop } = await start());
  });
  afterAll(() => stop());
  beforeEach(async () => {
    await redis.flushall();
    dir = mkdtempSync(join(tmpdir(), 'hostler-audit-'));
    logged = [];
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const options = (more: Partial<KeeperOptions> = {}): KeeperOptions => ({
    redis,
    dir: join(dir, 'a'),
    leases: leases(redis, { lastsMs: 1500, renewMs: 300 }),
    ticketOf: async (id) => tickets(redis).get(id),
    log: (text, detail) => void logged.push(`${text} ${detail}`),
    batch: 5,
    everyMs: 10,
    againMs: 20,
    ...more,
  });
  const desk = (more: Partial<KeeperOptions> = {}) => {
    const one = audit(redis, options(more));
    open.push(one);
    return one;
  };
  const note = (...notes: Note[]) => redis.xadd(STREAM, '*', 'format', 1, 'notes', noting(notes)[1]);
  /** Two notes in one entry, so many times. */
  const many = async (n: number) => {
    const pipeline = redis.pipeline();
    for (let i = 0; i < n; i++) pipeline.xadd(STREAM, '*', 'format', 1, 'notes', noting([said(`${i}`), said(`${i}b`, { by: 'bo' })])[1]);
    await pipeline.exec();
  };
  /** Lets a desk write all there is, and end. */
  const write = async (more: Partial<KeeperOptions> = {}) => {
    const keeper = new Keeper(options(more));
    await expect.poll(() => keeper.search(ALL), { interval: 5 }).toBeDefined();
    await keeper.close();
  };
  const files = (folder = join(dir, 'a')) => chainFiles(folder);
  const entries = (folder = join(dir, 'a')): Audited[] =>
    files(folder).flatMap(({ path }) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );
  const verify = (...folders: string[]) => {
    const all = (folders.length === 0 ? [join(dir, 'a')] : folders).flatMap((folder) => files(folder)).sort((a, b) => a.first - b.first);
    return verifyChain(all.map(({ path }) => ({ name: path, pieces: piecesOf(path) })));
  };
  const lines = (found: readonly Audited[]) => found.map(({ line }) => line);

  it('writes what is noted in the order of the stream, and takes it out of the stream', async () => {
    const entered = name === slow ? 23 : 203;
    await many(entered);
    await write();
    expect(lines(entries())).toEqual(Array.from({ length: entered }, (_, i) => [`${i}`, `${i}b`]).flat());
    expect(await verify()).toMatchObject({ first: 1, head: { seq: 2 * entered } });
    expect(await redis.xlen(STREAM)).toBe(0);
    expect(await readHead(redis)).toMatchObject({ seq: 2 * entered, hash: entries().at(-1)?.hash });
  });

  describe.each(POINTS)('a desk that is killed when it has %s', (point) => {
    it.each(name === slow ? [1] : [1, 2])('in batch %i: the next one goes on, and nothing is lost or there twice', async (which) => {
      await many(7);
      let batch = 0;
      const dead = Promise.withResolvers<void>();
      const keeper = new Keeper(
        options({
          againMs: 100_000,
          at: (now) => {
            if (now === 'taken') batch++;
            if (now !== point || batch !== which) return;
            dead.resolve();
            throw new Error('killed');
          },
        }),
      );
      await dead.promise;
      await keeper.close();
      await note(said('7'), said('7b'));
      await write();
      expect(lines(entries())).toEqual(Array.from({ length: 8 }, (_, i) => [`${i}`, `${i}b`]).flat());
      expect(await verify()).toMatchObject({ head: { seq: 16 } });
      expect(await redis.xlen(STREAM)).toBe(0);
      expect(lines((await search({ limit: 2 })) ?? [])).toEqual(['7b', '7']);
    });
  });

  const search = async (query: AuditQuery) => {
    const keeper = new Keeper(options());
    open.push(keeper);
    return expect
      .poll(() => keeper.search(query), { interval: 5 })
      .toBeDefined()
      .then(() => keeper.search(query));
  };

  it.each(name === slow ? [330] : [1, 30, 200, 330, 600])('%i bytes of what was written last are lost with the power: they are written again', async (lost) => {
    await many(3);
    const dead = Promise.withResolvers<void>();
    const at = (now: string) => {
      if (now !== 'appended') return;
      dead.resolve();
      throw new Error('killed');
    };
    const keeper = new Keeper(options({ againMs: 100_000, at }));
    await dead.promise;
    await keeper.close();
    const path = files()[0]?.path ?? '';
    truncateSync(path, readFileSync(path).length - lost);
    await write();
    expect(lines(entries())).toEqual(['0', '0b', '1', '1b', '2', '2b']);
    expect(await verify()).toMatchObject({ head: { seq: 6 } });
    expect(await redis.xlen(STREAM)).toBe(0);
  });

  it('goes on from the head where the files are on another machine', async () => {
    await note(said('here'));
    await write();
    await note(said('there'));
    await write({ dir: join(dir, 'b') });
    await note(said('here again'));
    await write();
    expect(files().map(({ first }) => first)).toEqual([1, 3]);
    expect(lines(entries(join(dir, 'b')))).toEqual(['there']);
    expect(await verify(join(dir, 'a'), join(dir, 'b'))).toMatchObject({ first: 1, head: { seq: 3 } });
    expect(await verify()).toMatchObject({ what: 'missing', seq: 2 });
    expect(logged.join()).toMatch(/goes on in a new file/);
  });

  it('never builds on a last line that was edited, and never overwrites one', async () => {
    await note(said('one'), said('two'));
    await write();
    const path = files()[0]?.path ?? '';
    writeFileSync(path, readFileSync(path, 'utf8').replace('two', 'TWO'));
    await note(said('three'));
    await write();
    expect(lines(entries())).toEqual(['one', 'TWO', 'three']);
    expect(await verify()).toMatchObject({ what: 'edited', line: 2 });
  });

  it('of two desks one writes; the other finds what it wrote, and takes over', async () => {
    const first = desk();
    await first.note([said('one')]);
    expect(lines(await first.search(ALL))).toEqual(['one']);
    const second = desk({ dir: join(dir, 'b') });
    await second.note([said('two')]);
    expect(lines(await second.search(ALL))).toEqual(['two', 'one']);
    expect(existsSync(join(dir, 'b'))).toBe(false);
    await open.shift()?.close();
    await second.note([said('three')]);
    await expect.poll(() => entries(join(dir, 'b')).length).toBe(1);
    expect(await verify(join(dir, 'a'), join(dir, 'b'))).toMatchObject({ head: { seq: 3 } });
  });

  it('a desk that was asleep for too long writes no more', async () => {
    await note(said('one'));
    await write();
    let [stolen, over] = [false, false];
    const sleeper = new Keeper(
      options({
        againMs: 100_000,
        async at(point) {
          if (point !== 'synced' || stolen) return;
          stolen = true;
          await redis.del('hostler:lease:audit');
          await note(said('three'));
          await write();
          over = true;
        },
      }),
    );
    await note(said('two'));
    await expect.poll(() => over, { interval: 5 }).toBe(true);
    await sleeper.close();
    expect(await readHead(redis)).toMatchObject({ seq: 3 });
    expect(lines(entries())).toEqual(['one', 'two', 'three']);
    expect(await verify()).toMatchObject({ head: { seq: 3 } });
  });

  it('keeps everything while the disk takes nothing, says so once, and goes on when it does', async () => {
    let full = true;
    const one = desk({
      at: (point) => {
        if (point === 'taken' && full) throw new Error('ENOSPC: no space left on device');
      },
    });
    for (let i = 0; i < 20; i++) await one.note([said(`${i}`)]);
    await expect.poll(async () => (await readHead(redis)).trouble?.why).toMatch(/ENOSPC/);
    expect(await redis.xlen(STREAM)).toBe(20);
    expect(logged.filter((text) => /cannot be written/.test(text))).toHaveLength(1);
    full = false;
    await expect.poll(() => entries().length).toBe(20);
    expect((await readHead(redis)).trouble).toBeUndefined();
    await expect.poll(() => logged.join()).toMatch(/written again/);
    expect(await verify()).toMatchObject({ head: { seq: 20 } });
  });

  it('keeps everything while its folder cannot be written', async () => {
    writeFileSync(join(dir, 'a'), 'not a folder');
    const one = desk();
    await one.note([said('one')]);
    await expect.poll(async () => (await readHead(redis)).trouble?.why).toMatch(/EEXIST|ENOTDIR/);
    rmSync(join(dir, 'a'));
    await expect.poll(() => lines(entries())).toEqual(['one']);
  });

  it('what is no note is kept as what it is, and holds up nothing', async () => {
    await redis.xadd(STREAM, '*', 'x', 'y');
    await redis.xadd(STREAM, '*', 'format', 1, 'notes', '{"at":');
    await redis.xadd(STREAM, '*', 'format', 1, 'notes', '[{"at":1,"kind":"gossip"}]');
    await note(said('good'));
    await write();
    expect(entries().map(({ kind }) => kind)).toEqual(['garbled', 'garbled', 'garbled', 'said']);
    expect(await verify()).toMatchObject({ head: { seq: 4 } });
  });

  it('what a newer version noted waits for one', async () => {
    await note(said('one'));
    await redis.xadd(STREAM, '*', 'format', 2, 'notes', '[]');
    desk();
    await expect.poll(() => logged.join()).toMatch(/newer version/);
    expect(lines(entries())).toEqual(['one']);
    expect(await redis.xlen(STREAM)).toBe(1);
  });

  it('notes that something was taken out of the stream unseen', async () => {
    await note(said('one'));
    await write();
    for (let i = 0; i < 5; i++) await note(said('hidden'));
    await redis.xtrim(STREAM, 'MAXLEN', 0);
    await note(said('two'));
    await write();
    await write();
    expect(entries().map(({ kind, more }) => [kind, more])).toEqual([
      ['said', undefined],
      ['said', undefined],
      ['garbled', { lost: 5 }],
    ]);
  });

  it('makes its index again when it is gone, damaged or of other files', async () => {
    const entered = name === slow ? 65 : 650;
    await many(entered);
    await write();
    const index = join(dir, 'a', 'index.sqlite');
    for (const harm of [() => rmSync(index), () => writeFileSync(index, 'no database'), () => truncateSync(index, 5000)]) {
      harm();
      expect(lines((await search({ person: 'bo', limit: 2 })) ?? [])).toEqual([`${entered - 1}b`, `${entered - 2}b`]);
      await open.pop()?.close();
    }
  });

  it('finds by who, what, where and when, the newest first', async () => {
    await note(said('a', { command: 'vm reboot', hosts: ['kvm1', 'kvm2'], ticket: 'T1' }));
    await note({ at: 1, kind: 'ended', asker: 'ana', command: 'vm reboot', hosts: ['kvm1'], ticket: 'T1', line: 'b' });
    await note(said('c', { by: 'bo', asker: 'ana', command: 'vm', ticket: 'T2' }));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await note(said('d', { by: 'bo', command: 'vmx', hosts: ['kvm2'] }));
    const one = desk();
    const find = async (query: Partial<AuditQuery>) => lines(await one.search({ limit: 10, ...query })).join('');
    expect(await find({})).toBe('dcba');
    expect(await find({ limit: 2 })).toBe('dc');
    expect(await find({ before: 3 })).toBe('ba');
    expect(await find({ person: 'ana' })).toBe('ba');
    expect(await find({ person: 'bo' })).toBe('dc');
    expect(await find({ command: 'vm' })).toBe('cba');
    expect(await find({ command: 'vm reboot' })).toBe('ba');
    expect(await find({ target: 'kvm2' })).toBe('da');
    expect(await find({ target: 'kvm2', person: 'ana', command: 'vm' })).toBe('a');
    expect(await find({ kind: 'ended' })).toBe('b');
    expect(await find({ ticket: 'T1', kind: 'said' })).toBe('a');
    expect(await find({ person: 'cy' })).toBe('');
    const d = (await one.search({ limit: 1 }))[0];
    const time = Number(d?.from.split('-')[0]);
    expect(await find({ from: time })).toBe('d');
    expect(await find({ to: time - 1 })).toBe('cba');
    expect(await find({ to: time, from: 1, person: 'bo' })).toBe('dc');
  });

  it('a ticket, a journal and what is noted of them change together', async () => {
    const shelf = tickets(redis);
    await shelf.create({ ...asked, state: 'planning', looking: { round: 1, since: 0, parts: { east: null } } });
    await shelf.create({ ...asked, state: 'planning', looking: { round: 1, since: 0, parts: { east: null } } });
    await shelf.change('T1', { id: 'x', at: 5, kind: 'cancelled', by: 'bo' });
    await shelf.change('T1', { id: 'x', at: 5, kind: 'cancelled', by: 'bo' });
    await shelf.change('T1', { id: 'y', at: 6, kind: 'cancelled', by: 'bo' });
    const lease = { name: 'run T1 east', token: 7 };
    expect(await journals(redis).write('T1', 1, 0, { state: 'intent', at: 7 }, { lease, locks: undefined })).toBe(false);
    expect(await journals(redis).write('T1', 1, 0, { state: 'intent', at: 8 })).toBe(true);
    await journals(redis).write('T1', 1, 0, { state: 'started', at: 9, since: 8, seen: { boot: '', size: 0, tail: '' } });
    await journals(redis).write('T1', 1, 0, { state: 'finished', at: 10, outcome: { kind: 'exit', code: 3, output: '客户机', ms: 1 } });
    await write();
    expect(entries().map(({ at, kind }) => [at, kind])).toEqual([
      [0, 'said'],
      [5, 'cancelled'],
      [8, 'step'],
      [10, 'step'],
    ]);
    expect(entries()[3]).toMatchObject({
      asker: 'alice',
      command: 'vm reboot',
      more: { round: 1, step: 0, state: 'finished', outcome: 'exit', code: 3, bytes: 9, output: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});
