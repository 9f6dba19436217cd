import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv, Outcome } from '../../src/core/types.ts';
import { perform } from '../../src/hosts/runner.ts';
import { Ssh } from '../../src/hosts/ssh.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { needs } from '../support/real/have.ts';
import { closeAll } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

/** Steps that the practice fleet and a real host must tell of in the same way. */
const CASES: readonly { readonly name: string; readonly argv: Argv; readonly timeoutMs?: number }[] = [
  { name: 'no output', argv: ['true'] },
  { name: 'a failure', argv: ['false'] },
  { name: 'output', argv: ['printf', '%s|', 'a b', "it's", '$HOME', '中文'] },
  { name: 'long output', argv: ['seq', '1', '100000'] },
  { name: 'a time limit', argv: ['sleep', '30'], timeoutMs: 1000 },
];

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('the practice fleet claims steps as a real host does', () => {
  let dir: string;
  let sshd: Sshd;
  let lab: Lab;
  let sides: Ssh[];
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hostler-same-'));
    sshd = await startSshd();
    lab = await startLab({ seed: 1, dir, pace: 0.2 });
    const host = lab.config.hosts.web1;
    if (!host) throw new Error('the practice fleet has no web1');
    const { address, port, user, key, hostKey } = host;
    sides = [sshd.ssh(), new Ssh({ name: 'web1', address, port, user, key, pinned: { fingerprints: [hostKey] }, sudo: false })];
  });
  afterAll(() => closeAll(...(sides ?? []), lab, sshd).finally(() => rmSync(dir, { recursive: true, force: true })));

  it.each(CASES)('$name', async ({ argv, timeoutMs = 20_000 }) => {
    const id = sshd.claim();
    const ask = async (ssh: Ssh): Promise<object> => {
      const why = { words: { en: 'test', zh: '测试' } };
      return timeless(await perform(ssh, id, { kind: 'exec', on: { site: 'lab', host: 'x' }, why, argv, timeoutMs }));
    };
    const [real, practice] = await Promise.all(
      sides.map(async (ssh) => {
        const first = await ask(ssh);
        const again = await ask(ssh);
        return { first, again, together: await Promise.all([1, 2, 3, 4, 5].map(() => ask(ssh))) };
      }),
    );
    expect(real?.again).toEqual(real?.first);
    expect(real?.together).toEqual(real?.together.map(() => real.first));
    expect(practice).toEqual(real);
  });
});

function timeless(outcome: Outcome): object {
  return { ...outcome, ms: 0 };
}
