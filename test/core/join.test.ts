import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/command.ts';
import { join } from '../../src/core/join.ts';
import type { Found, Part, Plan, Step } from '../../src/core/types.ts';
import { quoted, say, speak } from '../../src/core/words.ts';

const step = (site: string): Step => ({ kind: 'exec', on: { site, host: `${site}1` }, why: say({ en: 'x', zh: '甲' }), argv: ['true'] });
const found = (site: string): Found => ({ kind: 'guest', name: 'web', at: { site, host: `${site}1` } });
const plan = (site: string, more: Partial<Plan> = {}): Part => ({
  kind: 'plan',
  plan: answer(quoted(site), [{ kind: 'table', columns: [quoted('a')], rows: [[site]] }], more),
});
const absent: Part = { kind: 'absent', message: quoted('no guest web'), near: ['wep'] };
const refusedText = (joined: ReturnType<typeof join>) =>
  joined.kind === 'refused' ? `${speak(joined.message, 'en')} / ${joined.hint ? speak(joined.hint, 'en') : ''}` : 'not refused';

describe('join', () => {
  it('merges equal tables, concatenates steps and facts, takes the highest risk', () => {
    const joined = join({ east: plan('east', { steps: [step('east')], risk: 'low' }), west: plan('west', { steps: [step('west')], risk: 'high' }) });
    expect(joined).toMatchObject({
      kind: 'plan',
      plan: { risk: 'high', steps: [{ on: { site: 'east' } }, { on: { site: 'west' } }], answer: [{ kind: 'table', rows: [['east'], ['west']] }] },
    });
  });

  it('shows once what every site says word for word', () => {
    const same = (): Part => ({ kind: 'plan', plan: answer(quoted('list'), [{ kind: 'table', columns: [quoted('a')], rows: [['b']] }]) });
    expect(join({ east: same(), west: same() })).toMatchObject({ plan: { answer: [{ kind: 'table', rows: [['b']] }] } });
  });

  it('shows what a list has when a site is silent, names the site, and refuses a change', () => {
    const list = join({ east: plan('east'), west: { kind: 'silent' } });
    expect(list.kind === 'plan' && list.plan.notes?.map((note) => speak(note, 'en'))).toEqual([expect.stringContaining('west')]);
    expect(refusedText(join({ east: plan('east', { steps: [step('east')] }), west: { kind: 'silent' } }))).toContain('west');
    expect(refusedText(join({ east: { kind: 'silent' }, west: { kind: 'silent' } }))).toContain('east, west');
  });

  it('refuses one name in two places with both, also where one of them says no', () => {
    const two = join({ east: plan('east', { about: [found('east')] }), west: { kind: 'refused', message: quoted('is stopped'), about: [found('west')] } });
    expect(refusedText(two)).toContain('east1/web, west1/web');
  });

  it('takes the site that has it, and offers what is near when none does', () => {
    expect(join({ east: absent, west: plan('west') }).kind).toBe('plan');
    expect(refusedText(join({ east: absent, west: absent }))).toContain('did you mean wep');
  });

  it('shows a reference only for what failed unexpectedly', () => {
    expect(refusedText(join({ east: { kind: 'failed', reference: 'abc123' } }))).toContain('abc123');
  });
});
