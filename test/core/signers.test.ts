import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { readSigners, type Signed, signedBy } from '../../src/core/signers.ts';
import { approvalMessage } from '../../src/core/sshsig.ts';
import type { In, Vote } from '../../src/core/ticket.ts';
import type { Part, Plan } from '../../src/core/types.ts';
import { vouching } from '../../src/core/vouched.ts';
import { say } from '../../src/core/words.ts';
import { asked } from '../support/ticket.ts';

const why = say({ en: 'do it', zh: '做' });
const plan: Plan = {
  summary: why,
  steps: [{ kind: 'exec', on: { site: 'east', host: 'web1' }, why, argv: ['reboot'] }],
  ...{ facts: [], locks: [], risk: 'high', undo: { impossible: why } },
};

describe('the signers a worker knows by itself', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-signers-'));
  const people = ['bo', 'cy', 'alice'];
  let file = '';
  beforeAll(() => {
    for (const name of people) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, name)]);
    file = people.map((name) => `${name} namespaces="hostler" ${pub(name)}`).join('');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const pub = (name: string) => readFileSync(join(dir, `${name}.pub`), 'utf8');
  const ticket = { ...asked, by: 'alice', state: 'expired' as const, endedAt: 0 };
  const planDigest = digest(ticket.command, ticket.input, plan);
  const vote = (by: string, key = by, about = planDigest, id: string = ticket.id): Vote => {
    const signature = execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-n', 'hostler', '-f', join(dir, key)], {
      input: approvalMessage(id, 'alice', about),
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString();
    return { by, at: 1000, proof: { kind: 'signature', signature, key: '' } };
  };
  const rule = (count = 1): Signed => ({ from: 'high', count, signers: readSigners(file) });
  const { state: _, endedAt: __, ...common } = ticket;
  const running = (votes: readonly Vote[], round = 1, about = planDigest): In<'running'> => ({
    ...common,
    ...{ state: 'running', startedAt: 1, wave: 0, ends: {}, votes },
    plan: { round, digest: about, code: 'AAAAA', risk: 'high', at: 1, parts: {}, waves: [{ wave: 1, sites: ['east'] }], hosts: ['web1'] },
  });
  /** A worker at east that would do this itself. */
  const worker = (own: Part, signed: () => Signed | undefined = rule) => vouching('east', { signed, planNow: async () => own, now: () => 2000 });
  const silent: Part = { kind: 'silent' };
  const said = async (no: ReturnType<ReturnType<typeof worker>['whyNot']>) => (await no)?.words.en;
  const refuses = (votes: readonly Vote[], what = plan, signed: Signed | undefined = rule()) =>
    said(worker(silent, () => signed).whyNot(running(votes), what, true));

  it('are read as ssh-keygen reads them', () => {
    const found = readSigners(
      `# who may\n\nbo,cy ${pub('bo')}\ncy namespaces="git" ${pub('cy')}\nbo namespaces="git,hostler",valid-before="20300101Z" ${pub('cy')}`,
    );
    expect(found.map(({ people: who, before }) => [who, before])).toEqual([
      [['bo', 'cy'], undefined],
      [['bo'], Date.UTC(2030, 0, 1)],
    ]);
    expect(() => readSigners(`bo cert-authority ${pub('bo')}`)).toThrow('line 1 of the signers: “cert-authority” is not taken');
    expect(() => readSigners(`\n*@example.org ${pub('bo')}`)).toThrow('line 2');
    expect(() => readSigners('bo')).toThrow('line 1');
    expect(() => readSigners(`bo valid-after="soon" ${pub('bo')}`)).toThrow('“soon” is not a time');
  });

  it('let a plan through that one of them signed, and no other plan', async () => {
    expect(await refuses([vote('bo')])).toBeUndefined();
    expect(await refuses([])).toContain('only with');
    expect(await refuses([{ by: 'bo', at: 1000 }])).toContain('only with');
    expect(await refuses([vote('bo', 'bo', 'ab'.repeat(32))])).toContain('only with');
    expect(await refuses([vote('bo', 'bo', planDigest, 'T0000000000Z')])).toContain('only with');
    expect(await refuses([vote('bo')], { ...plan, steps: [] })).toBe('the stored plan is not the one that was approved');
  });

  it('count people, never keys, never who asked, and no key as another’s', async () => {
    expect(await refuses([vote('alice')])).toContain('only with');
    expect(await refuses([vote('bo', 'cy')])).toContain('only with');
    expect(await refuses([vote('bo'), vote('bo')], plan, rule(2))).toContain('only with');
    expect(await refuses([vote('bo'), vote('cy')], plan, rule(2))).toBeUndefined();
  });

  it('ask for nothing where a worker has none, and let nothing through where they cannot be read', async () => {
    expect(await said(worker(silent, () => undefined).whyNot(running([]), plan, true))).toBeUndefined();
    const unread = worker(silent, () => {
      throw new Error('no such file');
    });
    expect(await said(unread.whyNot(running([vote('bo')]), plan, true))).toContain('cannot read the file');
  });

  it('are not asked for what the worker itself would do at a lower risk, whatever a stored plan says of its own', async () => {
    const small: Plan = { ...plan, risk: 'medium' };
    const about = digest(ticket.command, ticket.input, small);
    const judged = (own: Part, stored = small, untouched = true, hash = about) => said(worker(own).whyNot(running([], 1, hash), stored, untouched));
    const would = (own: Partial<Plan>): Part => ({ kind: 'plan', plan: { ...small, ...own } });
    expect(await judged(would({}))).toBeUndefined();
    expect(await judged(would({ risk: 'high' }))).toContain('only with');
    expect(await judged(silent)).toContain('only with');
    const [step] = plan.steps;
    if (step?.kind !== 'exec') throw new Error('no step');
    const others: readonly Plan['steps'][] = [[], [step, step], [{ ...step, argv: ['halt'] }], [{ ...step, on: { site: 'east', host: 'db1' } }]];
    for (const steps of others) {
      expect(await judged(would({ steps }))).toContain('only with');
    }
    // Its waves are the desk's to make, and its words are nothing.
    const staged: Plan = { ...small, steps: [{ ...step, wave: 3, why: say({ en: 'other', zh: '其他' }) }] };
    expect(await judged(would({}), staged, true, digest(ticket.command, ticket.input, staged))).toBeUndefined();
    // In the middle of it nobody can plan it again: then only who saw it begin knows.
    const one = worker(would({}));
    const again = (untouched: boolean) => said(one.whyNot(running([], 1, about), small, untouched));
    expect(await again(false)).toContain('only with');
    expect(await again(true)).toBeUndefined();
    expect(await again(false)).toBeUndefined();
  });

  it('have signed it for once: under another round it is not performed again', async () => {
    const one = worker(silent);
    const at = (round: number) => said(one.whyNot(running([vote('bo')], round), plan, true));
    expect(await at(1)).toBeUndefined();
    expect(await at(2)).toBeUndefined(); // nothing was begun
    one.begins(running([vote('bo')], 2));
    expect(await at(2)).toBeUndefined();
    expect(await at(3)).toContain('performed this very plan');
  });

  it('lapse', () => {
    const signers = readSigners(`bo valid-after="20200101Z",valid-before="20210101Z" ${pub('bo')}`);
    const at = (now?: number) => signedBy(ticket, planDigest, [{ ...vote('bo'), at: Date.UTC(2020, 5, 1) }], signers, now);
    expect(at()).toEqual(['bo']);
    expect(at(Date.UTC(2020, 6, 1))).toEqual(['bo']);
    expect(at(Date.UTC(2022, 0, 1))).toEqual([]);
    expect(at(Date.UTC(2019, 0, 1))).toEqual([]);
  });
});
