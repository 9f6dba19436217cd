import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv } from '../../src/core/types.ts';
import { parseAnswer } from '../../src/hosts/answer.ts';
import { followArgv, startArgv, stopArgv } from '../../src/hosts/script.ts';
import { Ssh } from '../../src/hosts/ssh.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { needs } from '../support/real/have.ts';
import { closeAll } from '../support/real/processes.ts';
import { startSshd } from '../support/real/sshd.ts';
import { BUILD_MS, SYSTEMD, startSystemd } from '../support/real/systemd.ts';

interface Call {
  readonly argv: Argv;
  readonly stdin?: string;
}
/** Calls of the runner under one name, one after the other. */
type Calls = (id: string) => readonly Call[];

interface Options {
  readonly limit?: number;
  readonly from?: number;
  readonly hold?: number;
}

const start = (id: string, argv: Argv, { limit = 60, from = 0, hold = 20 }: Options = {}, stdin = '', promised = Buffer.byteLength(stdin)): Call => ({
  argv: startArgv({ id, limit, from, hold, stdin: promised, argv }),
  stdin,
});
const follow = (id: string, from = 0, hold = 20): Call => ({ argv: followArgv(id, from, hold) });
const stop = (id: string, grace = 5): Call => ({ argv: stopArgv(id, grace) });
const twice =
  (argv: Argv, options?: Options): Calls =>
  (id) => [start(id, argv, options), start(id, argv, options), follow(id)];
const deaf: Argv = ['env', '--ignore-signal=TERM', 'sleep', '600'];

/** What the practice fleet and a real host must answer in the same way. */
const CASES: readonly { readonly name: string; readonly calls: Calls }[] = [
  { name: 'no output', calls: twice(['true']) },
  { name: 'a failure', calls: twice(['false']) },
  { name: 'output', calls: twice(['printf', '%s|', 'a b', "it's", '$HOME', '中文']) },
  { name: 'output from a byte on', calls: (id) => [start(id, ['echo', 'one two'], { from: 4 }), follow(id, 8), follow(id, 900)] },
  { name: 'output that is not short', calls: (id) => [start(id, ['seq', '1', '40000']), follow(id, 100_000), follow(id, 200_000)] },
  { name: 'long output', calls: (id) => [start(id, ['seq', '1', '100000']), follow(id, 131_000), follow(id, 131_072), follow(id, 588_000)] },
  { name: 'a time limit', calls: twice(['sleep', '30'], { limit: 1 }) },
  { name: 'standard input', calls: (id) => [start(id, ['cat'], {}, 'six\n中'), start(id, ['cat'], {}, 'six\n中')] },
  {
    name: 'half of standard input',
    calls: (id) => [start(id, ['cat'], {}, 'half', 8), follow(id), start(id, ['cat'], {}, 'half all'), start(id, ['cat'], {}, 'x', 8)],
  },
  { name: 'nothing claimed', calls: (id) => [follow(id, 0, 1), start(id, ['echo', 'now']), follow(id)] },
  { name: 'a stop', calls: (id) => [start(id, ['sleep', '600'], { hold: 0 }), follow(id, 0, 1), stop(id), stop(id), follow(id), start(id, ['sleep', '600'])] },
  { name: 'a stop by force', calls: (id) => [start(id, deaf, { hold: 0 }), stop(id, 1), follow(id)] },
  { name: 'a stop before the start', calls: (id) => [stop(id), start(id, ['echo', 'never']), follow(id), stop(id)] },
  { name: 'a stop after the end', calls: (id) => [start(id, ['echo', 'done']), stop(id), follow(id)] },
];

/** A real host beside which the practice fleet is put. */
interface Real {
  ssh(): Ssh;
  claim(): string;
  close(): Promise<void>;
  reboot?(): Promise<void>;
}
const REAL: readonly { readonly on: string; readonly tools: readonly string[]; readonly contained: string; readonly begin: () => Promise<Real> }[] = [
  { on: 'sshd alone', tools: ['sshd', 'ssh-keygen'], contained: 'group', begin: () => startSshd() },
  { on: 'sshd under systemd', tools: SYSTEMD, contained: 'unit', begin: () => startSystemd() },
];

describe.each(REAL)('the practice fleet claims steps as a real host does: $on', ({ tools, contained, begin }) => {
  describe.skipIf(!needs(tools))('the same calls', () => {
    let dir: string;
    let real: Real;
    let lab: Lab;
    let sides: [Ssh, Ssh];
    const practice = () => {
      const host = lab.config.hosts.web1;
      if (!host) throw new Error('the practice fleet has no web1');
      const { address, port, user, key, hostKey } = host;
      return new Ssh({ name: 'web1', address, port, user, key, pinned: { fingerprints: [hostKey] }, sudo: false });
    };
    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'hostler-same-'));
      real = await begin();
      lab = await startLab({ seed: 1, dir, pace: 0.2 });
      sides = [real.ssh(), practice()];
    }, BUILD_MS + 60_000);
    afterAll(() => closeAll(...(sides ?? []), lab, real).finally(() => rmSync(dir, { recursive: true, force: true })));

    /** An answer without what differs by nature: times, boot ids, and what holds a step together. */
    async function ask(ssh: Ssh, { argv, stdin = '' }: Call): Promise<object> {
      const exec = await ssh.exec(argv, { stdin, timeoutMs: 30_000, cap: 600_000, binary: true });
      const answer = exec.kind === 'exit' ? parseAnswer(exec.stdout) : undefined;
      if (exec.kind !== 'exit' || !answer) throw new Error(`no answer: ${JSON.stringify(exec)}`);
      expect(answer.boot).toMatch(/^[0-9a-f-]{36}$/);
      if (answer.contained !== '-' && ssh === sides[0]) expect(answer.contained).toBe(contained);
      const { state, code, size, alive } = answer;
      const pieces = answer.pieces.map(({ at, bytes }) => ({ at, text: bytes.toString('latin1') }));
      return { exit: exec.code, stderr: exec.stderr, begun: answer.contained !== '-', pieces, state, code, size, alive };
    }
    async function all(ssh: Ssh, calls: readonly Call[]): Promise<object[]> {
      const answers: object[] = [];
      for (const call of calls) answers.push(await ask(ssh, call));
      return answers;
    }

    it.each(CASES)('$name', async ({ calls }) => {
      const id = real.claim();
      const [truth, practised] = await Promise.all(sides.map((ssh) => all(ssh, calls(id))));
      expect(practised).toEqual(truth);
    });

    it('five at once', async () => {
      const id = real.claim();
      const [truth = [], practised] = await Promise.all(
        sides.map((ssh) => Promise.all([1, 2, 3, 4, 5].map(() => ask(ssh, start(id, ['sh', '-c', 'sleep 0.5']))))),
      );
      expect(practised).toEqual(truth);
      expect(truth).toEqual(truth.map(() => truth[0]));
    });

    if (contained === 'unit') it('a reboot in the middle', rebooted);
    async function rebooted(): Promise<void> {
      const [ended, cut] = [real.claim(), real.claim()];
      const before = (ssh: Ssh) => all(ssh, [start(ended, ['echo', 'kept']), start(cut, ['sleep', '600'], { hold: 0 })]);
      const after = (ssh: Ssh) => all(ssh, [follow(ended), follow(cut), start(cut, ['sleep', '600']), stop(cut), follow(cut)]);
      const [truth, practised] = await Promise.all(sides.map(before));
      expect(practised).toEqual(truth);
      await Promise.all([real.reboot?.(), lab.host('web1').reboot(), ...sides.map((ssh) => ssh.close())]);
      sides = [real.ssh(), practice()];
      const [later, practisedLater] = await Promise.all(sides.map(after));
      expect(practisedLater).toEqual(later);
    }
  });
});
