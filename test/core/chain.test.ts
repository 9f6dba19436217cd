import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Note } from '../../src/core/audit.ts';
import { EMPTY, headText, link, readHead } from '../../src/core/chain.ts';
import { chained, exported, verified } from '../support/audit.ts';

const said = (n: number, text = 'vm list'): Note => ({
  at: n,
  kind: 'said',
  by: 'ana',
  ticket: `T${n}`,
  line: `${text} ${n}`,
  more: { input: { b: 1, a: '客户机 \u{fffd}' } },
});
const ten = chained(Array.from({ length: 10 }, (_, i) => said(i)));
const head = ten[9] ?? EMPTY;
const without = (...seqs: number[]) => ten.filter(({ seq }) => !seqs.includes(seq));
const swapped = (a: number, b: number) => ten.map((entry, i) => (i === a ? ten[b] : i === b ? ten[a] : entry)).filter((entry) => entry !== undefined);
/** The same chain up to an entry, and from there on another, all hashes made anew. */
const rewritten = (from: number) => {
  const kept = ten.slice(0, from - 1);
  return [
    ...kept,
    ...chained(
      ten.slice(from - 1).map((_, i) => said(i, 'vm start')),
      kept.at(-1),
    ),
  ];
};

describe('a chain that was not touched', () => {
  it('holds, and goes through its own heads', async () => {
    const anchors = [ten[3], head].flatMap((entry) => readHead(headText(entry ?? EMPTY)) ?? []);
    expect(anchors).toHaveLength(2);
    expect(await verified(exported(ten), anchors)).toMatchObject({ first: 1, head: { seq: 10, hash: head.hash } });
    expect(await verified(exported([]))).toMatchObject({ first: 0, head: EMPTY });
  });

  it('holds in part, from where its start is known', async () => {
    expect(await verified(exported(ten.slice(4)))).toMatchObject({ first: 5 });
    expect(await verified(exported(ten.slice(4)), [ten[3] ?? EMPTY])).toMatchObject({ first: 5 });
    expect(await verified(exported(ten.slice(4)), [{ seq: 4, hash: head.hash }])).toMatchObject({ what: 'fork', seq: 4 });
    expect(await verified(exported(ten.slice(4)), [ten[1] ?? EMPTY])).toMatchObject({ what: 'unproven', seq: 2 });
  });
});

describe('what was tampered with', () => {
  const edited = Buffer.from(exported(ten).toString().replace('vm list 4', 'vm stop 4'));
  const respaced = Buffer.from(exported(ten).toString().replace('"seq":3', '"seq": 3'));
  const cases: readonly (readonly [string, Buffer, { readonly what: string; readonly line: number; readonly seq: number }])[] = [
    ['a word is another', edited, { what: 'edited', line: 5, seq: 5 }],
    ['a space is added', respaced, { what: 'edited', line: 3, seq: 3 }],
    ['a line is dropped', exported(without(4)), { what: 'missing', line: 4, seq: 4 }],
    ['three lines are dropped', exported(without(4, 5, 6)), { what: 'missing', line: 4, seq: 4 }],
    ['two lines are swapped', exported(swapped(3, 4)), { what: 'reordered', line: 4, seq: 4 }],
    ['two lines far from each other are swapped', exported(swapped(1, 8)), { what: 'reordered', line: 2, seq: 2 }],
    ['a line stands twice', exported([...ten.slice(0, 4), ...ten.slice(3)]), { what: 'reordered', line: 5, seq: 4 }],
    ['the first line is of another chain', exported([...chained([said(99)]), ...ten.slice(1)]), { what: 'unlinked', line: 2, seq: 2 }],
    ['one entry is made anew', exported([...ten.slice(0, 4), ...rewritten(5).slice(4, 5), ...ten.slice(5)]), { what: 'unlinked', line: 6, seq: 6 }],
    [
      'it begins with an entry that follows another',
      exported([link(said(1), '1-0.0', { seq: 0, hash: 'f'.repeat(64) })]),
      { what: 'unlinked', line: 1, seq: 1 },
    ],
    ['the last line is cut off', exported(ten).subarray(0, -40), { what: 'torn', line: 10, seq: 10 }],
    ['only the last line break is cut off', exported(ten).subarray(0, -1), { what: 'torn', line: 10, seq: 10 }],
  ];
  it.each(cases)('%s', async (_, bytes, broken) => {
    expect(await verified(bytes)).toMatchObject(broken);
  });

  it('is noticed by an anchor where nothing else can notice it', async () => {
    expect(await verified(exported(ten.slice(0, 7)))).toMatchObject({ head: { seq: 7 } });
    expect(await verified(exported(ten.slice(0, 7)), [head])).toMatchObject({ what: 'truncated', seq: 8 });
    expect(await verified(exported([]), [head])).toMatchObject({ what: 'truncated', seq: 1 });
    expect(await verified(exported(rewritten(6)))).toMatchObject({ head: { seq: 10 } });
    expect(await verified(exported(rewritten(6)), [ten[2] ?? EMPTY, head])).toMatchObject({ what: 'fork', seq: 10, line: 10 });
    expect(await verified(exported(rewritten(1)), [ten[2] ?? EMPTY])).toMatchObject({ what: 'fork', seq: 3 });
  });

  it('any other byte anywhere is noticed', async () => {
    const bytes = exported(ten.slice(0, 4));
    const bad: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 2, 32, 64, 128, 255]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        if (!('what' in (await verified(changed, [], 4096)))) bad.push(`${at} ^ ${flip}`);
      }
    }
    expect(bad).toEqual([]);
  });

  it('any change of bytes is noticed, or leaves the chain shorter', async () => {
    const bytes = exported(ten);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(60), fc.uint8Array({ maxLength: 60 }), async (at, gone, put) => {
        const changed = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + gone)]);
        fc.pre(!changed.equals(bytes));
        expect(await verified(changed, [head], 4096)).toHaveProperty('what');
      }),
      { numRuns: 300 },
    );
  });
});

/** Made by `ssh-keygen -Y sign -n hostler` over `approve T1 asked by ana plan D1`. */
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKQMJ4AuWMi3XVQ4j+S75yZThAjvx4mtxIQtjl/2ktp6 bo@example.org';
const signature = [
  '-----BEGIN SSH SIGNATURE-----',
  'U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgpAwngC5YyLddVDiP5LvnJlOECO',
  '/Hia3EhC2OX/aS2noAAAAHaG9zdGxlcgAAAAAAAAAGc2hhNTEyAAAAUwAAAAtzc2gtZWQy',
  'NTUxOQAAAED9ADezTCuYkXrQbbFlOT2759To5teJN4W/8Q257SzJAEjuBtyT3v0dUN0L+R',
  'AwxA51wEoAEMTcHzF4PqKtovEC',
  '-----END SSH SIGNATURE-----',
].join('\n');

describe('votes', () => {
  const note = (kind: Note['kind'], more: Partial<Note> = {}): Note => ({ at: 1, kind, ticket: 'T1', digest: 'D1', ...more });
  const ran = (...by: string[]): Note => note('dispatched', { more: { votes: by.map((one) => ({ by: one, at: 1 })) } });
  const vote = (by: string, digest = 'D1'): Note => note('voted', { by, digest });
  const signedBy = (by: string, more: Partial<Note> = {}): Note =>
    note('voted', { by, asker: 'ana', more: { proof: { kind: 'signature', signature, key } }, ...more });
  const account = { chat: 'slack', id: 'U9' };
  const check = (...notes: Note[]) => verified(exported(chained(notes)));

  it('that were cast for the plan that ran are counted, those with a signature too', async () => {
    const signed = signedBy('bo');
    expect(await check(note('planned'), vote('cy'), signed, ran('cy', 'bo'))).toMatchObject({ votes: { runs: 1, votes: 2, signed: 1 } });
    expect(await check(note('planned'), ran())).toMatchObject({ votes: { runs: 0 } });
    expect(await check(vote('cy'), ran('cy'))).toMatchObject({ votes: { runs: 0 } }); // it begins in the middle
  });

  it.each<[string, Note[]]>([
    ['never cast', [note('planned'), ran('cy')]],
    ['refused when they were pressed', [note('planned'), note('refused', { by: 'cy', account }), ran('cy')]],
    ['refused to nobody who is known', [note('planned'), note('refused', { by: '', account }), ran('cy')]],
    ['told with words of before', [note('planned'), note('refused', { rule: 'replay', account }), ran('cy')]],
    ['cast for another plan', [note('planned'), vote('cy'), note('planned', { digest: 'D2' }), { ...ran('cy'), digest: 'D2' }]],
    ['cast for a plan that was never shown', [note('planned'), vote('cy', 'D2'), ran('cy')]],
    ['taken back', [note('planned'), vote('cy'), note('withdrawn', { by: 'cy' }), ran('cy')]],
    ['void', [note('planned'), vote('cy'), note('voided', { more: { votes: ['cy'] } }), ran('cy')]],
  ])('that were %s count for nothing', async (_, notes) => {
    expect(await check(...notes)).toMatchObject({ what: 'vote', ticket: 'T1', by: 'cy', line: notes.length });
  });

  it.each<[string, Note]>([
    ['another plan', signedBy('bo', { digest: 'D2' })],
    ['another request', signedBy('bo', { ticket: 'T2' })],
    ['what another asked for', signedBy('bo', { asker: 'cy' })],
    ['nothing', signedBy('bo', { more: { proof: { kind: 'signature', signature: 'x', key } } })],
    ['another key', signedBy('bo', { more: { proof: { kind: 'signature', signature, key: key.replace('AAAAI', 'AAAAJ') } } })],
  ])('whose signature is of %s are named', async (_, bad) => {
    expect(await check(note('planned'), bad)).toMatchObject({ what: 'signature', by: 'bo', line: 2 });
  });

  it('do not make another plan run', async () => {
    expect(await check(note('planned'), vote('cy'), { ...ran('cy'), digest: 'D2' })).toMatchObject({ what: 'vote', ticket: 'T1' });
    expect(await check(note('planned'), note('dispatched'))).toMatchObject({ what: 'vote', ticket: 'T1' });
  });
});
