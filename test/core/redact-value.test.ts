import { describe, expect, it } from 'vitest';
import { digest } from '../../src/core/digest.ts';
import { redactor } from '../../src/core/redact.ts';
import { redactEntry, redactError, redactPart } from '../../src/core/redactvalue.ts';
import type { Entry, Outcome, Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { filled } from '../support/filled.ts';

const secret = 'finished'; // also a word of ours: what is ours must stay
const to = redactor(() => [secret]);
const HIDDEN = '[redacted:secret]';
const said = (text: string) => say({ en: 'it says {text}', zh: '内容：{text}' }, { text });
const on = { site: 'east', host: 'web1' };

const plan: Plan = {
  summary: said('as usual'),
  steps: [{ kind: 'exec', on, why: said('why'), argv: ['true'] }],
  facts: [{ what: said('state'), value: 'running', at: 1, holds: 'running' }],
  locks: [{ name: 'east/web1' }],
  risk: 'low',
  undo: { impossible: said('never') },
  notes: [said('a note')],
  answer: [{ kind: 'code', text: 'all is well' }],
};

describe('a plan', () => {
  it('without secrets is the same object', () => {
    const part = { kind: 'plan', plan } as const;
    expect(redactPart(part, to)).toBe(part);
  });

  it('has none in anything people read, and the same digest', () => {
    const leaky: Plan = {
      ...plan,
      summary: said(secret),
      facts: [
        { what: said(secret), value: `is ${secret}`, at: 1, holds: 'running' },
        { what: said('Password'), value: said(secret), at: 1 },
      ],
      notes: [said(secret)],
      answer: [
        { kind: 'text', text: say({ en: '{a}', zh: '{a}' }, { a: said(secret) }) },
        { kind: 'code', text: secret },
        { kind: 'progress', done: 1, label: said(secret) },
        {
          kind: 'facts',
          facts: [
            [said('x'), secret],
            [say({ en: 'root password', zh: '密码' }), 'hunter2'],
            [said('n'), 3],
          ],
        },
        {
          kind: 'table',
          columns: [said('time'), said('line')],
          rows: [
            ['1', '-----BEGIN PRIVATE KEY-----'],
            ['2', filled('{b:64}', 1)],
            ['3', 'Ab1='],
            ['4', '-----END PRIVATE KEY-----'],
            ['5', secret],
            ['cipassword', 'hunter2'],
            ['token', said(secret)],
            ['n', 7],
          ],
        },
      ],
    };
    const part = redactPart({ kind: 'plan', plan: leaky }, to);
    if (part.kind !== 'plan') throw new Error('it is a plan');
    const text = JSON.stringify(part);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('hunter2');
    expect(part.plan.answer?.[4]).toMatchObject({
      rows: [
        ['1', '[redacted:key]'],
        ['2', ''],
        ['3', ''],
        ['4', ''],
        ['5', HIDDEN],
        ['cipassword', '[redacted:password]'],
        ['token', { with: { text: HIDDEN } }],
        ['n', 7],
      ],
    });
    expect(digest('x', {}, part.plan)).toBe(digest('x', {}, leaky));
    expect(part.plan.steps).toBe(leaky.steps);
  });

  it.each<[string, Partial<Plan>]>([
    ['an argument', { steps: [{ kind: 'exec', on, why: said('x'), argv: ['echo', `a${secret}`] }] }],
    ['what is given to a program', { steps: [{ kind: 'exec', on, why: said('x'), argv: ['cat'], stdin: secret }] }],
    ['a parameter', { steps: [{ kind: 'api', on, why: said('x'), method: 'POST', path: '/x', params: { p: secret } }] }],
    ['a path', { steps: [{ kind: 'api', on, why: said('x'), method: 'POST', path: `/x/${secret}`, params: {} }] }],
    ['a list', { steps: [{ kind: 'api', on, why: said('x'), method: 'POST', path: '/x', params: { p: ['a', secret] } }] }],
    ['base64', { steps: [{ kind: 'exec', on, why: said('x'), argv: ['echo', Buffer.from(`x:${secret}`).toString('base64')] }] }],
    ['what it relies on', { facts: [{ what: said('x'), value: 'x', at: 1, holds: secret }] }],
    ['a lock', { locks: [{ name: `east/${secret}` }] }],
    ['its undo', { undo: { command: 'x', input: { a: secret } } }],
  ])('that has one in %s is refused', (_, more) => {
    const part = redactPart({ kind: 'plan', plan: { ...plan, ...more } }, to);
    expect(part.kind).toBe('refused');
    expect(JSON.stringify(part)).not.toContain(secret);
  });

  it('that only refers to one is not', () => {
    const steps: Plan['steps'] = [{ kind: 'exec', on, why: said('x'), argv: ['cat'], stdin: { env: 'DB_PASSWORD' } }];
    expect(redactPart({ kind: 'plan', plan: { ...plan, steps } }, to).kind).toBe('plan');
  });
});

describe('what else a site says', () => {
  it('is without secrets', () => {
    for (const part of [
      { kind: 'refused', message: said(secret), hint: said(secret) },
      { kind: 'absent', message: said(secret), near: [] },
    ] as const)
      expect(JSON.stringify(redactPart(part, to))).not.toContain(secret);
    const silent = { kind: 'silent' } as const;
    expect(redactPart(silent, to)).toBe(silent);
  });
});

describe('a line of a journal', () => {
  const finished = (outcome: Outcome): Entry => ({ state: 'finished', at: 1, outcome });
  const task = 'UPID:pve1:0003A1B2:0F3C2D1E:65A1B2C3:finished:104:root@pam:';

  it.each<[Outcome, Outcome]>([
    [
      { kind: 'exit', code: 1, output: secret, ms: 1, cut: 5 },
      { kind: 'exit', code: 1, output: HIDDEN, ms: 1, cut: 5 },
    ],
    [
      { kind: 'task', came: 'error', said: `no: ${secret}`, task, output: `x ${secret}`, ms: 1 },
      { kind: 'task', came: 'error', said: `no: ${HIDDEN}`, task, output: `x ${HIDDEN}`, ms: 1 },
    ],
    [
      { kind: 'refused', why: said(secret) },
      { kind: 'refused', why: said(HIDDEN) },
    ],
    [
      { kind: 'gone', why: said(secret), begun: true },
      { kind: 'gone', why: said(HIDDEN), begun: true },
    ],
    [
      { kind: 'unreachable', why: said(secret) },
      { kind: 'unreachable', why: said(HIDDEN) },
    ],
    [
      { kind: 'unproven', alive: [`7 sh -c ${secret}`], output: secret },
      { kind: 'unproven', alive: [`7 sh -c ${HIDDEN}`], output: HIDDEN },
    ],
    ...(['signal', 'timeout', 'rebooted', 'stopped'] as const).map((kind): [Outcome, Outcome] => {
      const rest = { ms: 1, signal: 'TERM', afterMs: 1 };
      return [
        { kind, ...rest, output: secret },
        { kind, ...rest, output: HIDDEN },
      ];
    }),
    [
      { kind: 'met', ms: 1 },
      { kind: 'met', ms: 1 },
    ],
  ])('%o', (outcome, expected) => {
    expect(redactEntry(finished(outcome), to)).toEqual(finished(expected));
  });

  it('without secrets is the same object', () => {
    const [ended, intent] = [finished({ kind: 'exit', code: 0, output: 'all is well', ms: 1 }), { state: 'intent', at: 1 } as const];
    expect(redactEntry(ended, to)).toBe(ended);
    expect(redactEntry(intent, to)).toBe(intent);
  });

  it('of a step that runs has no part of one either', () => {
    const entry: Entry = { state: 'started', at: 1, since: 1, seen: { boot: 'b', size: 9, tail: 'it is finis', task } };
    expect(redactEntry(entry, to)).toEqual({ ...entry, seen: { boot: 'b', size: 9, tail: 'it is …', task } });
  });
});

describe('an error', () => {
  it('keeps its name and has no secret in message and stack', () => {
    const error = redactError(new TypeError(`bad ${secret}`), to);
    expect(error).toMatchObject({ name: 'TypeError', message: `bad ${HIDDEN}` });
    expect(error instanceof Error && error.stack).not.toContain(`bad ${secret}`);
    const fine = new Error('all is well');
    expect(
      redactError(
        fine,
        redactor(() => ['swordfish']),
      ),
    ).toBe(fine);
    expect(redactError(`is ${secret}`, to)).toBe(`is ${HIDDEN}`);
  });
});
