import type { Client } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { connect, eventually, exec, hostlerRun, newLab } from './wire.ts';

interface Told {
  readonly boot: string;
  readonly contained: string;
  readonly out: readonly { readonly at: number; readonly text: string }[];
  readonly end: string;
  readonly ms: number;
}

/** Reads an answer of the runner; throws when it is none. All output in these tests is ASCII. */
function read(answer: string): Told {
  const first = /^hostler-run 2 (\S+) (unit|group|-)\n/.exec(answer);
  if (!first) throw new Error(`not an answer: ${answer.slice(0, 200)}`);
  let rest = answer.slice(first[0].length);
  const out: { at: number; text: string }[] = [];
  for (let range = /^out (\d+) (\d+)\n/.exec(rest); range; range = /^out (\d+) (\d+)\n/.exec(rest)) {
    const from = range[0].length;
    const length = Number(range[2]);
    out.push({ at: Number(range[1]), text: rest.slice(from, from + length) });
    expect(rest[from + length]).toBe('\n');
    rest = rest.slice(from + length + 1);
  }
  const last = /^end (\w+ \S+ \d+) (\d+)\n$/.exec(rest);
  if (!last) throw new Error(`no end: ${rest.slice(0, 200)}`);
  return { boot: first[1] ?? '', contained: first[2] ?? '', out, end: last[1] ?? '', ms: Number(last[2]) };
}

async function told(client: Client, words: readonly string[], input?: string): Promise<Told> {
  const answer = await exec(client, hostlerRun(...words), input);
  expect(answer).toMatchObject({ err: '', exit: 0 });
  return read(answer.out);
}

interface Options {
  readonly limit?: number;
  readonly from?: number;
  readonly hold?: number;
  readonly stdin?: number;
}

function start(id: string, argv: readonly string[], { limit = 60, from = 0, hold = 10, stdin = 0 }: Options = {}): string[] {
  return ['start', id, `${limit}`, `${from}`, `${hold}`, `${stdin}`, ...argv];
}

describe('claimed steps', () => {
  it('are begun once, however often they are asked for', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm1');
    const words = start('t1-0', ['virsh', 'start', 'build']);
    const first = await told(client, words);
    expect(first).toMatchObject({ contained: 'unit', out: [{ at: 0, text: "Domain 'build' started\n\n" }], end: 'exit 0 24' });
    expect(await told(client, words)).toEqual(first);
    expect(await told(client, ['follow', 't1-0', '0', '10'])).toEqual(first);
    expect(lab.host('kvm1').effects).toEqual(['virsh start build']);
  });

  it('are begun by `start` alone', async () => {
    const client = await connect(await newLab(), 'web1');
    expect(await told(client, ['follow', 't2-0', '0', '1'])).toMatchObject({ contained: '-', out: [], end: 'none - 0', ms: 0 });
  });

  it('tell the exit status and both outputs as one', async () => {
    const client = await connect(await newLab(), 'kvm1');
    expect(await told(client, start('t3-0', ['virsh', 'start', 'shop']))).toMatchObject({
      out: [{ at: 0, text: '\nerror: Domain is already active\n' }],
      end: 'exit 1 33',
    });
    expect(await told(client, start('t3-1', ['frobnicate']))).toMatchObject({ end: 'exit 127 29' });
  });

  it('are one for all who ask at once', async () => {
    const lab = await newLab();
    const clients = await Promise.all([connect(lab, 'web1'), connect(lab, 'web1'), connect(lab, 'web1')]);
    const words = start('t4-0', ['systemctl', 'restart', 'nginx']);
    const answers = await Promise.all([...clients, ...clients].map((client) => told(client, words)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ end: 'exit 0 0' });
    expect(lab.host('web1').effects).toHaveLength(1);
  });

  it('are held as long as was asked, and shown from where was asked', async () => {
    const client = await connect(await newLab(1, 1), 'web1');
    const began = Date.now();
    expect(await told(client, start('t5-0', ['sleep', '1.3'], { hold: 0 }))).toMatchObject({ contained: 'unit', end: 'running - 0' });
    expect(Date.now() - began).toBeLessThan(900);
    const held = await told(client, ['follow', 't5-0', '0', '1']);
    expect(held.end).toBe('running - 0');
    expect(held.ms).toBeGreaterThanOrEqual(950);
    const ended = await told(client, ['follow', 't5-0', '0', '60']);
    expect(ended.end).toBe('exit 0 0');
    expect(ended.ms).toBeGreaterThanOrEqual(1290);
    await told(client, start('t5-1', ['echo', 'one two']));
    expect(await told(client, ['follow', 't5-1', '4', '0'])).toMatchObject({ out: [{ at: 4, text: 'two\n' }], end: 'exit 0 8' });
    expect(await told(client, ['follow', 't5-1', '8', '0'])).toMatchObject({ out: [], end: 'exit 0 8' });
    expect(await told(client, ['follow', 't5-1', '900', '0'])).toMatchObject({ out: [], end: 'exit 0 8' });
  });

  it('go on without their connection', async () => {
    const lab = await newLab();
    const lost = await connect(lab, 'web1');
    const nap = start('t6-0', ['sleep', '2']);
    const restart = start('t6-1', ['systemctl', 'restart', 'nginx']);
    void exec(lost, hostlerRun(...nap));
    void exec(lost, hostlerRun(...restart));
    await eventually(() => lab.host('web1').effects.length === 2);
    lost.destroy();
    const again = await connect(lab, 'web1');
    expect(await told(again, nap)).toMatchObject({ end: 'exit 0 0' });
    expect(await told(again, restart)).toMatchObject({ end: 'exit 0 0' });
    expect([...lab.host('web1').effects].sort()).toEqual(['sleep 2', 'systemctl restart nginx']);
  });

  it('get their standard input whole or are not begun', async () => {
    const client = await connect(await newLab(), 'web1');
    expect(await told(client, start('t7-0', ['cat'], { stdin: 6 }), 'six\nby')).toMatchObject({ out: [{ at: 0, text: 'six\nby' }], end: 'exit 0 6' });
    expect(await told(client, start('t7-1', ['cat'], { stdin: 7 }), 'six\nby')).toMatchObject({ contained: '-', out: [], end: 'none - 0' });
    expect(await told(client, start('t7-1', ['cat'], { stdin: 7 }), 'seven b')).toMatchObject({ end: 'exit 0 7' });
    expect(await told(client, start('t7-1', ['cat'], { stdin: 7 }), 'sev')).toMatchObject({ end: 'exit 0 7' });
    expect(await told(client, start('t7-2', ['cat']), 'unasked')).toMatchObject({ out: [], end: 'exit 0 0' });
  });

  it('end at their limit', async () => {
    const client = await connect(await newLab(), 'web1');
    const words = start('t8-0', ['sleep', '60'], { limit: 1 });
    const first = await told(client, words);
    expect(first.end).toBe('timeout 143 0');
    expect(first.ms).toBeGreaterThanOrEqual(990);
    expect(await told(client, words)).toEqual(first);
  });

  it('show head and tail of long output, and a glimpse of it while they run', async () => {
    const client = await connect(await newLab(), 'web1');
    const { out, end } = await told(client, start('t9-0', ['seq', '1', '400000']));
    expect(end).toBe('exit 0 2688895');
    expect(out.map(({ at, text }) => [at, text.length])).toEqual([
      [0, 131_072],
      [2_688_895 - 131_072, 131_072],
    ]);
    expect(out[0]?.text.startsWith('1\n2\n')).toBe(true);
    expect(out[1]?.text.endsWith('399999\n400000\n')).toBe(true);
    const later = await told(client, ['follow', 't9-0', '131000', '0']);
    expect(later.out.map(({ at, text }) => [at, text.length])).toEqual([
      [131_000, 72],
      [2_688_895 - 131_072, 131_072],
    ]);
    const whole = await told(client, start('t9-1', ['seq', '1', '40000'], { from: 131_070 }));
    expect(whole).toMatchObject({ out: [{ at: 131_070 }], end: 'exit 0 228894' });
    expect(`${whole.out[0]?.text.slice(-12)}`).toBe('39999\n40000\n');
    const early = await told(client, start('t9-2', ['seq', '1', '90000000'], { hold: 1 }));
    expect(early.end).toMatch(/^running - \d{7,}$/);
    expect(early.out.map(({ text }) => text.length)).toEqual([131_072, 2048]);
    expect((await told(client, ['stop', 't9-2', '1'])).end).toMatch(/^stopped 143 \d+$/);
  });

  it('are stopped, by force where they do not listen', async () => {
    const client = await connect(await newLab(), 'web1');
    await told(client, start('t10-0', ['sleep', '600'], { hold: 0 }));
    const waiting = told(client, ['follow', 't10-0', '0', '60']);
    expect(await told(client, ['stop', 't10-0', '5'])).toMatchObject({ contained: 'unit', out: [], end: 'stopped 143 0' });
    expect(await waiting).toMatchObject({ end: 'stopped 143 0' });
    expect(await told(client, ['stop', 't10-0', '5'])).toMatchObject({ end: 'stopped 143 0' });
    await told(client, start('t10-1', ['env', '--ignore-signal=TERM', 'sleep', '600'], { hold: 0 }));
    const forced = await told(client, ['stop', 't10-1', '1']);
    expect(forced.end).toBe('stopped 137 0');
    expect(forced.ms).toBeGreaterThanOrEqual(990);
    await told(client, start('t10-2', ['echo', 'done']));
    expect(await told(client, ['stop', 't10-2', '5'])).toMatchObject({ end: 'exit 0 5' });
  });

  it('are never begun after a stop', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    expect(await told(client, ['stop', 't11-0', '5'])).toMatchObject({ contained: '-', end: 'stopped - 0' });
    expect(await told(client, start('t11-0', ['systemctl', 'restart', 'nginx']))).toMatchObject({ contained: '-', end: 'stopped - 0', ms: 0 });
    expect(lab.host('web1').effects).toEqual([]);
  });

  it('are cut off by a reboot, told so, and not begun again; what had ended is kept', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    const done = start('t12-0', ['echo', 'done']);
    const cut = start('t12-1', ['sleep', '600']);
    const before = await told(client, done);
    const open = exec(client, hostlerRun(...cut));
    client.on('error', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await lab.host('web1').reboot();
    await open;
    const after = await connect(lab, 'web1');
    const again = await told(after, done);
    expect(again).toMatchObject({ contained: 'unit', out: [{ at: 0, text: 'done\n' }], end: 'exit 0 5' });
    expect(again.boot).not.toBe(before.boot);
    for (const words of [cut, cut, ['follow', 't12-1', '0', '9'], ['stop', 't12-1', '9']]) {
      expect(await told(after, words)).toMatchObject({ boot: again.boot, contained: 'unit', end: 'rebooted - 0' });
    }
  });

  it('are forgotten when they have ended and are old', async () => {
    const client = await connect(await newLab(), 'web1');
    await told(client, start('t13-0', ['echo', 'done']));
    await told(client, start('t13-1', ['sleep', '600'], { hold: 0 }));
    const expire = (days: string) => exec(client, hostlerRun('expire', days));
    expect(await expire('1')).toEqual({ out: 'expired 0\n', err: '', exit: 0 });
    expect(await told(client, ['follow', 't13-0', '0', '0'])).toMatchObject({ end: 'exit 0 5' });
    expect(await expire('0')).toEqual({ out: 'expired 1\n', err: '', exit: 0 });
    expect(await told(client, ['follow', 't13-0', '0', '0'])).toMatchObject({ end: 'none - 0' });
    expect(await told(client, ['follow', 't13-1', '0', '0'])).toMatchObject({ end: 'running - 0' });
  });
});

describe('words that are not the runner’s', () => {
  it.each([
    { words: [], says: 'no verb' },
    { words: ['begin', 'a', '1'], says: 'begin: not a verb' },
    { words: ['start'], says: ': not an id' },
    { words: ['start', '../x', '1', '0', '0', '0', 'true'], says: '../x: not an id' },
    { words: ['start', 'a', '1', '0', '0', '0'], says: 'no program' },
    { words: ['start', 'a', '1', '0', '0'], says: ': not a whole number' },
    { words: ['start', 'a', '0.1', '0', '0', '0', 'true'], says: '0.1: not a whole number' },
    { words: ['start', 'a', '1', '-1', '0', '0', 'true'], says: '-1: not a whole number' },
    { words: ['start', 'a', '1', '0', '', '0', 'true'], says: ': not a whole number' },
    { words: ['start', 'a', '1', '0', '0', '1e3', 'true'], says: '1e3: not a whole number' },
    { words: ['start', 'a', '9'.repeat(16), '0', '0', '0', 'true'], says: `${'9'.repeat(16)}: not a whole number` },
    { words: ['follow', 'a', '0'], says: ': not a whole number' },
    { words: ['follow', 'a b', '0', '0'], says: 'a b: not an id' },
    { words: ['follow', 'a', '0', '0', 'x'], says: 'x: one word too many' },
    { words: ['stop', 'a', 'now'], says: 'now: not a whole number' },
    { words: ['expire', '中'], says: '中: not a whole number' },
  ])('$words', async ({ words, says }) => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    expect(await exec(client, hostlerRun(...words))).toEqual({ out: '', err: `hostler-run: ${says}\n`, exit: 2 });
    expect(await exec(client, hostlerRun('follow', 'a', '0', '0'))).toMatchObject({ out: expect.stringContaining('\nend none - 0 0\n') });
  });
});
