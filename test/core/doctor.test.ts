import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/command.ts';
import { join, MOST_OFFERS } from '../../src/core/join.ts';
import { canBeAsked, withOffers } from '../../src/core/offers.ts';
import { redactor } from '../../src/core/redact.ts';
import { redactPart } from '../../src/core/redactvalue.ts';
import type { Block, Part, Plan } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { loadCommands } from '../../src/registry.ts';

const words = (text: string) => say({ en: '{text}', zh: '{text}' }, { text });
const table = (rows: readonly (readonly [string, number])[]): Block => ({
  kind: 'table',
  columns: [words('what')],
  rows: rows.map(([text]) => [text]),
  ranks: rows.map(([, rank]) => rank),
});
const part = (block: Block, more: Partial<Plan> = {}): Part => ({ kind: 'plan', plan: answer(words('doctor'), [block], more) });
const rows = (joined: ReturnType<typeof join>) => {
  const block = joined.kind === 'plan' ? joined.plan.answer?.[0] : undefined;
  return block?.kind === 'table' ? block.rows.map(([text]) => text) : [];
};

describe('what several sites found', () => {
  it('stands in the order of its ranks, and of the sites within one', () => {
    const all = join({
      east: part(
        table([
          ['a', 0],
          ['b', 2],
        ]),
      ),
      west: part(
        table([
          ['c', 0],
          ['d', 1],
        ]),
      ),
    });
    expect(rows(all)).toEqual(['a', 'c', 'd', 'b']);
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }), (sites) => {
        const found = sites.map((ranks, i) => [...ranks].sort().map((rank) => [`${rank} at s${i}`, rank] as const));
        const parts = Object.fromEntries(found.map((one, i) => [`s${i}`, part(table(one))]));
        const wanted = found.flat().toSorted(([, one], [, other]) => one - other);
        expect(rows(join(parts))).toEqual(wanted.map(([text]) => text));
      }),
    );
  });

  it('offers lines of every site in turn, and no more than a card shows', () => {
    const offers = (site: string) => Array.from({ length: 8 }, (_, i) => ({ label: words(site), line: `${site}${i}` }));
    const all = join({ east: part(table([]), { offers: offers('e') }), west: part(table([]), { offers: offers('w') }) });
    expect(all.kind === 'plan' && all.plan.offers?.map(({ line }) => line)).toEqual(['e0', 'w0', 'e1', 'w1', 'e2', 'w2', 'e3', 'w3', 'e4']);
    expect(MOST_OFFERS).toBe(9);
  });
});

describe('lines that are offered', () => {
  it('are those that can be asked, each once', async () => {
    const commands = await loadCommands();
    const lines = ['svc restart nginx web1', 'svc restart nginx web1', 'svc restart', 'no such thing', 'host status web1'];
    const plan = answer(words('doctor'), [], { offers: lines.map((line) => ({ label: words(line), line })) });
    expect(withOffers(plan, commands).offers?.map(({ line }) => line)).toEqual(['svc restart nginx web1', 'host status web1']);
    expect(canBeAsked('svc restart nginx web1', new Map([...commands].filter(([path]) => path !== 'svc restart')))).toBe(false);
  });
});

describe('what is kept of what was found', () => {
  it('holds no secret', () => {
    const finding = {
      check: 'c',
      host: 'web1',
      severity: 'warning' as const,
      what: say({ en: '{line}', zh: '{line}' }, { line: 'curl -H "Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345"' }),
    };
    const safe = redactPart(
      part(table([]), { findings: [{ host: 'web1', findings: [finding] }] }),
      redactor(() => []),
    );
    expect(JSON.stringify(safe)).not.toContain('abcdefghijklmnop');
    expect(safe.kind === 'plan' && safe.plan.findings?.[0]?.findings[0]).toMatchObject({ check: 'c', host: 'web1' });
  });
});
