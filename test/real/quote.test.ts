import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/real/have.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const NASTY = [
  '',
  ' ',
  '-n',
  '--',
  "'",
  '"',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '*',
  '?',
  '[a-z]',
  '~',
  '!',
  '!!',
  '#',
  '&',
  '|',
  ';',
  '$',
  '$$',
  '$IFS',
  '$(id)',
  '`id`',
];

const word = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 3, arbitrary: fc.string({ unit: fc.constantFrom(...'\'"\\$`!*?~#&|;<>(){}[]^=%@ \n\t\ra\x01\x1b\x7f'), maxLength: 30 }) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
);
const words = fc.array(
  word.map((text) => text.replaceAll('\0', '')),
  { minLength: 1, maxLength: 40 },
);

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('words on their way through real SSH and real shells', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd?.close());

  it('arrive as they are, whatever is in them', async () => {
    const ssh = sshd.ssh();
    await fc.assert(
      fc.asyncProperty(words, async (sent) => {
        const exec = await ssh.exec(['sh', '-c', 'printf "%s\\0" "$@"', 'sh', ...sent], { timeoutMs: 10_000, cap: 1_000_000 });
        expect(exec).toEqual({ kind: 'exit', code: 0, stdout: sent.map((text) => `${text}\0`).join(''), stderr: '', cut: 0 });
      }),
      { numRuns: 500 },
    );
  });

  it('are refused before anything is sent when they cannot arrive', async () => {
    await expect(sshd.ssh().exec(['echo', 'a\0b'], { timeoutMs: 1000, cap: 100 })).rejects.toThrow(TypeError);
  });
});
