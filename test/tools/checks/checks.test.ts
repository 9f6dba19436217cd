import { describe, expect, it } from 'vitest';
import type { NamedCheck } from '../../../src/core/check.ts';
import { canBeAsked } from '../../../src/core/offers.ts';
import { speak } from '../../../src/core/words.ts';
import { loadChecks, loadCommands } from '../../../src/registry.ts';
import { CASES } from './cases.ts';
import { HOSTS, lookAtPatient, type Patient } from './patient.ts';

const checks = await loadChecks();

function examine(check: NamedCheck, patient: Patient) {
  const host = { ...HOSTS[check.kinds[0] ?? 'linux'], ...patient.host };
  return check.examine(lookAtPatient(host, patient), host);
}

describe('checks', () => {
  it('have a good and a bad case each, a source, and words in both languages', () => {
    expect(Object.keys(CASES).sort()).toEqual(checks.map(({ id }) => id).sort());
    for (const { id, title, why, appliesTo, source } of checks) {
      expect(source.length, id).toBeGreaterThan(5);
      for (const words of [title, why, appliesTo]) expect(words.zh, id).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it.each(checks.map((check) => [check.id, check] as const))('%s: finds nothing where all is well', async (id, check) => {
    expect(await examine(check, CASES[id]?.good ?? {})).toEqual({ findings: [] });
  });

  it.each(checks.map((check) => [check.id, check] as const))('%s: finds what is wrong, and names the line that puts it right', async (id, check) => {
    const verdict = await examine(check, CASES[id]?.bad ?? {});
    const findings = 'findings' in verdict ? verdict.findings : [];
    expect(findings.map(({ what }) => speak(what, 'en')).join('\n')).toMatch(CASES[id]?.says ?? /never/);
    for (const { what } of findings) expect(speak(what, 'zh')).not.toMatch(/\{\w+\}/);
    if (CASES[id]?.fix !== undefined) expect(findings[0]?.fix).toBe(CASES[id]?.fix);
  });

  it.each([
    ['failed-units', 'doctor-system', 'failed'],
    ['disk-full', 'doctor-system', 'df'],
    ['dpkg-interrupted', 'doctor-system', 'dpkg'],
    ['lvm-partial', 'doctor-disks', 'lvs'],
    ['zpool-degraded', 'doctor-disks', 'zpools'],
  ])('%s: an answer that could not be read is no good news', async (id, script, part) => {
    const check = checks.find((one) => one.id === id);
    if (!check) throw new Error(id);
    await expect(examine(check, { [script]: `== unread ${part}\n` })).rejects.toMatchObject({ said: { with: { name: part } } });
  });

  it('offer only lines that can be asked', async () => {
    const commands = await loadCommands();
    for (const check of checks) {
      const verdict = await examine(check, CASES[check.id]?.bad ?? {});
      for (const { fix } of 'findings' in verdict ? verdict.findings : []) if (fix !== undefined) expect(canBeAsked(fix, commands), fix).toBe(true);
    }
  });

  it.each(checks.map((check) => [check.id, check] as const))(
    '%s: says of a host that answers nothing that it skips it, or finds nothing',
    async (_id, check) => {
      const verdict = await examine(check, {
        facts: 'ID=debian\n',
        ip: '[]',
        '/cluster/resources': [],
        '/storage': [],
        '/status/datastore-usage': [],
        date: `${Date.parse('2026-11-21T12:00:00Z') / 1000}.0`,
      });
      expect('skipped' in verdict || verdict.findings.length === 0).toBe(true);
    },
  );
});
