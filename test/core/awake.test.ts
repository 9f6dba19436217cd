import { expect, it } from 'vitest';
import { changes } from '../../src/core/alerts/beats.ts';
import { wakeful } from '../../src/core/awake.ts';
import { quoted } from '../../src/core/words.ts';

const MINUTE = 60_000;
const AT = 1_767_225_600_000;
const beat = { name: 'backup', everyMs: MINUTE, graceMs: MINUTE, severity: 'critical' as const, labels: {}, title: quoted('backup'), text: () => quoted('') };

it('a machine that slept does not take what it slept through for silence', () => {
  const listening = wakeful(AT);
  for (let at = AT; at < AT + 10 * MINUTE; at += 5000) listening(at);
  const asleep = AT + 10 * MINUTE;
  const known = { heard: { backup: asleep }, named: { backup: AT }, late: {} };
  const woken = asleep + 8 * 60 * MINUTE;
  expect(changes('beat', [beat], known, listening(woken), woken)).toEqual([]);
  for (let at = woken; at < woken + MINUTE; at += 5000) expect(changes('beat', [beat], known, listening(at), at)).toEqual([]);
  expect(changes('beat', [beat], known, listening(woken + MINUTE + 1), woken + MINUTE + 1)).toHaveLength(1);
});

it('a clock that is set back does not keep it from hearing that nothing comes', () => {
  const listening = wakeful(AT);
  const back = AT - 60 * MINUTE;
  listening(back);
  for (let at = back; at < back + 2 * MINUTE; at += 5000) listening(at);
  expect(listening(back + 2 * MINUTE)).toBe(back);
});
