import type { Outcome } from '../../src/core/types.ts';
import { perform } from '../../src/hosts/runner.ts';
import { type Exec, Ssh } from '../../src/hosts/ssh.ts';
import { watching } from '../support/watch.ts';
import { claim, forget } from './claims.ts';
import { residentMB } from './machine.ts';
import { bareSsh2, openSsh } from './peers.ts';
import type { Section } from './section.ts';
import type { Sshd } from './sshd.ts';
import { fixed, timed, times } from './stats.ts';

const BYTES = 1_000_000_000;
const CAP = 262_144;
const COMMAND = ['head', '-c', String(BYTES), '/dev/zero'] as const;
const SAMPLE_MS = 20;

/** A command that prints 1 GB, read whole and kept in part, beside clients that throw all of it away. */
export async function output(sshd: Sshd): Promise<Section> {
  const ssh = new Ssh(sshd.access);
  const bare = await bareSsh2(sshd);
  const step = { kind: 'exec', on: { site: 'here', host: 'host1' }, why: { words: { en: 'bench', zh: 'bench' } }, argv: COMMAND } as const;
  try {
    await ssh.exec(['true'], { timeoutMs: 10_000, cap: CAP });
    const ways: readonly { key: string; label: string; work(): Promise<unknown> }[] = [
      { key: 'openssh', label: 'ssh host command >/dev/null', work: () => openSsh(sshd, [], [COMMAND.join(' ')]) },
      { key: 'ssh2', label: 'bare ssh2, thrown away', work: async () => sure((await bare.exec(COMMAND.join(' '))) === BYTES) },
      { key: 'exec', label: 'a read, 256 kB of it kept', work: async () => sure(isWhole(await ssh.exec(COMMAND, { timeoutMs: 120_000, cap: CAP }))) },
      { key: 'step', label: 'a step, kept on the host, 256 kB answered', work: async () => sure(isWhole(await perform(ssh, claim(), step, watching()))) },
    ];
    const data = [];
    for (const { key, label, work } of ways) data.push({ key, label, ...(await weighed(work)) });
    const first = data[0]?.perSecond ?? Number.NaN;
    return {
      title: 'Output: a command that prints 1 GB',
      columns: ['', 'seconds', 'MB/s', 'of ssh', 'memory grew by MB'],
      rows: data.map(({ label, seconds, perSecond, grew }) => [label, fixed(seconds), fixed(perSecond, 0), times(perSecond / first), fixed(grew, 1)]),
      notes: [],
      data: Object.fromEntries(data.map(({ key, seconds, perSecond, grew }) => [key, { seconds, mbPerSecond: perSecond, grewMB: grew }])),
    };
  } finally {
    bare.close();
    await ssh.close();
    forget();
  }
}

/** Everything came, and all but the cap was left out. */
function isWhole(end: Exec | Outcome): boolean {
  return end.kind === 'exit' && end.code === 0 && end.cut === BYTES - CAP;
}

function sure(whole: boolean): void {
  if (!whole) throw new Error('not all of the output came');
}

/** Time of some work, and the most resident memory seen during it beyond what there was before. */
async function weighed(work: () => Promise<unknown>): Promise<{ seconds: number; perSecond: number; grew: number }> {
  globalThis.gc?.();
  const before = residentMB(process.pid) ?? Number.NaN;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, residentMB(process.pid) ?? 0);
  }, SAMPLE_MS);
  try {
    const seconds = (await timed(work)) / 1000;
    return { seconds, perSecond: BYTES / 1e6 / seconds, grew: most - before };
  } finally {
    clearInterval(timer);
  }
}
