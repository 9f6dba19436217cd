import { describe, expect, it } from 'vitest';
import type { Alert, Signal } from '../../../src/core/alerts/alert.ts';
import { changes } from '../../../src/core/alerts/beats.ts';
import { alertCard } from '../../../src/core/alerts/card.ts';
import { signalsOf } from '../../../src/core/alerts/findings.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import { memberOf } from '../../../src/core/alerts/making.ts';
import { tallyOf } from '../../../src/core/alerts/rows.ts';
import { SELF_TIMES, selfExpected } from '../../../src/core/alerts/self.ts';
import { narrowed } from '../../../src/core/alerts/sight.ts';
import { threadOf } from '../../../src/core/alerts/thread.ts';
import { tidied } from '../../../src/core/alerts/tidy.ts';
import { flatten } from '../../../src/core/flatten.ts';
import { say, speak } from '../../../src/core/words.ts';
import { fresh } from './sample.ts';

const NOW = Date.parse('2026-01-05T12:00:00Z');
const ROUTE = { name: 'all', match: {}, rooms: [], mention: [], escalate: [] };
/** The card that these come to. */
function cardOf(...signals: readonly Signal[]): Alert {
  const members = signals.map((one) => memberOf(tidied(one, one.source), ROUTE, undefined, NOW, []));
  const event = {
    id: 'signals 1',
    at: NOW,
    kind: 'signals',
    members,
    counts: { firing: members.length, silenced: 0, resolved: 0 },
    began: 1,
    ended: 0,
  } as const;
  return follow(fresh({ title: signals[0]?.title ?? '', labels: {} }), event);
}
const drawn = (alert: Alert, lang: 'en' | 'zh') => flatten(alertCard(alert, {}), lang).text;
const CHINESE = /[\u4e00-\u9fff]/;

describe('an alert that the bot itself makes', () => {
  const expected = selfExpected({ sites: ['east'], chats: ['slack'], present: [], backlogMs: 0 }, SELF_TIMES);
  const named = Object.fromEntries(expected.map(({ name }) => [name, 1]));
  const heard = { 'site east': NOW - 3_600_000 };
  const self = changes('self', expected, { heard, named, late: {} }, 0, NOW);
  const what = say({ en: 'the disk {disk} is full', zh: '磁盘 {disk} 已满' }, { disk: 'sda1' });
  const found = { check: 'disk-full', host: 'web1', severity: 'warning', what, title: say({ en: 'a disk is full', zh: '磁盘已满' }) } as const;
  const watched = signalsOf({ watch: 'pitfalls', at: NOW, about: ['web1'], examined: [{ host: 'web1', findings: [found] }] }, []).firing;

  it.each([...self, ...watched])('$fingerprint speaks one language to each', (signal) => {
    const alert = cardOf(signal);
    const [en, zh] = [drawn(alert, 'en'), drawn(alert, 'zh')];
    expect(en).not.toMatch(CHINESE);
    const [title = '', ...rest] = zh.split('\n');
    expect(title).toMatch(CHINESE);
    expect(rest.join('\n')).not.toMatch(/start it|nothing is shown|has waited|last seen|is full/);
    expect(speak(alertCard(alert, {}).title, 'en')).toContain(signal.title);
    expect(alert.title).not.toMatch(CHINESE);
  });

  it('is called by its title in each language, in its thread and in part of it, too', () => {
    const alert = { ...cardOf(...self), calls: [{ key: 'fired', at: NOW, people: ['bo'], why: 'fired' as const }] };
    expect(speak(threadOf(alert, {})[0]?.text ?? '', 'zh')).toMatch(CHINESE);
    const part = narrowed(
      { ...cardOf(...watched), hosts: ['web1', 'db1'], top: cardOf(...watched).top.map((one) => ({ ...one, host: 'web1' })) },
      (host) => host === 'web1',
    );
    expect(part && speak(alertCard(part, {}).title, 'zh')).toContain('磁盘已满');
  });

  it('stands among others with its own words', () => {
    const alert = cardOf(...self);
    expect(drawn(alert, 'en')).not.toMatch(CHINESE);
    expect(drawn(alert, 'zh')).not.toMatch(/no worker at|no gateway speaks|what people ask/);
    const tally = tallyOf(alert.top);
    expect(flatten(alertCard({ ...alert, storm: true }, {}, { tally }), 'zh').text).toContain('没有 gateway 在 slack 中发言');
  });

  it('is so only where the bot says it, hides what is secret, and stays small', () => {
    const [one] = self;
    if (!one) throw new Error('nothing is late');
    expect(tidied({ ...one, said: { title: say({ en: 'a', zh: '甲' }) } }, 'am')).not.toHaveProperty('said');
    const said = { title: say({ en: '{x}', zh: '{x}' }, { x: 'AKIAIOSFODNN7EXAMPLE' }), text: what };
    expect(JSON.stringify(tidied({ ...one, said }, 'watch'))).not.toContain('AKIA');
    const long = { ...said, text: say({ en: '{x}', zh: '{x}' }, { x: 'y'.repeat(50_000) }) };
    expect(JSON.stringify(cardOf(...Array.from({ length: 12 }, (_, i) => ({ ...one, fingerprint: `${i}`, said: long })))).length).toBeLessThan(16_000);
  });
});
