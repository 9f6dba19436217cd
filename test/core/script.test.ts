import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { script } from '../../src/core/script.ts';
import type { Argv, Plan, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';

const dir = mkdtempSync(join(tmpdir(), 'hostler-script-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const host: Host = { name: 'a', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.1', libvirt: '' };
const on = { site: 'east', host: 'a' };

/** Runs an exported script with an `ssh` that runs the line on this machine, in a shell, as sshd does. */
function run(steps: readonly Step[]) {
  const plan: Plan = { summary: say({ en: '', zh: '' }), steps, facts: [], locks: [], risk: 'low', undo: { impossible: say({ en: '', zh: '' }) } };
  writeFileSync(join(dir, 'ssh'), `#!/bin/sh\necho "$1" >>"${dir}/hosts"\nexec sh -c "$2"\n`);
  chmodSync(join(dir, 'ssh'), 0o755);
  writeFileSync(join(dir, 'script'), script(plan, [], { id: 'T1', text: 'a\nrm -rf /' }, [host]));
  return spawnSync('sh', [join(dir, 'script')], { env: { PATH: `${dir}:${process.env.PATH}` }, encoding: 'utf8', timeout: 20_000 });
}

it('does by hand what the run did: every word as it is, waits and all', () => {
  const why = say({ en: 'a step\nexit 3', zh: '步骤' });
  const words = ['', ' ', "it's", '$HOME', '`id`', '*', '-n', 'a\nb', '"', '\\', '中'];
  const print: Argv = ['sh', '-c', 'printf "%s|" "$@"', 'sh', ...words];
  const file = join(dir, 'count');
  const done = run([
    { kind: 'exec', on, why, argv: print },
    { kind: 'wait', on, why, read: { argv: ['sh', '-c', `echo x >>${file}; [ $(wc -l <${file}) -lt 2 ] || echo ready`] }, until: { is: 'ready' }, everyMs: 10 },
  ]);
  expect(done.stdout).toBe(`${words.join('|')}|`);
  expect([done.status, done.stderr]).toEqual([0, '']);
  expect(readFileSync(file, 'utf8')).toBe('x\nx\n');
  expect(readFileSync(join(dir, 'hosts'), 'utf8')).toBe('192.0.2.1\n192.0.2.1\n192.0.2.1\n');
});

it('stops at the first step that fails', () => {
  const why = say({ en: 'fail', zh: '失败' });
  const done = run([
    { kind: 'exec', on, why, argv: ['sh', '-c', 'exit 4'] },
    { kind: 'exec', on, why, argv: ['echo', 'never'] },
  ]);
  expect([done.status, done.stdout]).toEqual([4, '']);
});
