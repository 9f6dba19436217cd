import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardContent } from '../../../src/chat/matrix/card.ts';
import { cardDrawings } from '../../../src/chat/slack/blocks.ts';
import type { Alert, Silence } from '../../../src/core/alerts/alert.ts';
import { alertCard, linked } from '../../../src/core/alerts/card.ts';
import { isShownThere, lineOf } from '../../../src/core/alerts/lines.ts';
import { tallyOf } from '../../../src/core/alerts/rows.ts';
import { narrowed } from '../../../src/core/alerts/sight.ts';
import { took } from '../../../src/core/alerts/span.ts';
import { threadOf } from '../../../src/core/alerts/thread.ts';
import { draw } from '../../../src/core/draw.ts';
import { flatten } from '../../../src/core/flatten.ts';
import { parse } from '../../../src/core/parse.ts';
import type { PressAction } from '../../../src/core/types.ts';
import { speak } from '../../../src/core/words.ts';
import { loadCommands } from '../../../src/registry.ts';
import { messageBlocks } from '../../support/slack/schema/message.ts';
import { fresh, member } from './sample.ts';

const ID = 'A0123456789A';
const NOON = Date.parse('2026-01-05T12:00:00Z');
const NAMES = { ana: 'Ana', bo: 'Bo' };
const one = member('a', { host: 'web1', since: NOON, text: 'only 3 % left', labels: { device: 'sda1', value: '97 %' } });
const alert = (more: Partial<Alert> = {}): Alert =>
  fresh({
    id: ID,
    since: NOON,
    title: 'Disk full',
    severity: 'critical',
    hosts: ['web1'],
    labels: one.labels,
    counts: { firing: 1, silenced: 0, resolved: 0 },
    top: [one],
    ...more,
  });
const text = (of: Alert, more?: Parameters<typeof alertCard>[2]) => flatten(alertCard(of, NAMES, more), 'en').text;
const ids = (of: Alert, steps = 0) => alertCard(of, NAMES, { steps }).buttons.map(({ id }) => id);
const silence: Silence = { id: 'Z1', by: 'bo', at: NOON, until: NOON + 3_600_000, reason: 'upgrade', matchers: [{ name: 'fingerprint', pattern: 'a' }] };

describe('the card of an alert', () => {
  it.each<[string, Partial<Alert>, string, RegExp]>([
    ['fires, critical', {}, 'bad', /^Disk full · web1\nfiring since 12:00 UTC · critical\nonly 3 % left$/],
    ['fires, a warning', { severity: 'warning' }, 'waiting', /· warning/],
    ['is acknowledged', { acked: { by: 'ana', at: NOON + 60_000 } }, 'busy', /acknowledged +Ana, 12:01 UTC/],
    ['is assigned', { assigned: { by: 'ana', to: 'bo', at: NOON } }, 'bad', /assigned +to Bo, by Ana/],
    [
      'is silenced',
      { counts: { firing: 0, silenced: 1, resolved: 0 }, top: [{ ...one, silence: 'Z1' }] },
      'busy',
      /silenced +until 13:00 UTC by Bo: this alert \(upgrade\)/,
    ],
    ['is expected', { tied: { ticket: 'T1', by: 'bo', line: 'host reboot web1' } }, 'busy', /expected +Bo runs `host reboot web1` \(T1\)/],
    ['is resolved', { state: 'resolved', resolvedAt: NOON + 130_000 }, 'good', /resolved at 12:02 UTC, after 2 min 10 s/],
    [
      'is resolved while silenced',
      { state: 'resolved', resolvedAt: NOON + 5000, history: [{ at: NOON, kind: 'resolved', what: 'silenced' }] },
      'good',
      /resolved at 12:00 UTC, after 5 s, while it was silenced/,
    ],
    ['is closed', { closed: { by: 'ana', at: NOON } }, 'good', /closed at 12:00 UTC by Ana/],
    ['grew old', { closed: { at: NOON } }, 'good', /nothing was heard of it any more/],
    [
      'was cleared by a try',
      {
        tries: [{ ticket: 'T1', by: 'bo', line: 'svc restart nginx web1', at: NOON, endedAt: NOON, state: 'done', verdict: 'cleared' }],
        resolvedAt: NOON + 130_000,
      },
      'bad',
      /Bo ran `svc restart nginx web1`: cleared after 2 min 10 s/,
    ],
    [
      'was not',
      { tries: [{ ticket: 'T1', by: 'bo', line: 'svc restart nginx web1', at: NOON, endedAt: NOON, state: 'done', verdict: 'still-firing' }] },
      'bad',
      /: still firing/,
    ],
  ])('that %s', (_what, more, mood, wanted) => {
    expect(alertCard(alert(more), NAMES).mood).toBe(mood);
    const shown = text(alert(more), { silences: [silence] });
    expect(shown).toMatch(wanted);
    expect(shown.split('\n').length).toBeLessThanOrEqual(8);
  });

  it('has members in a table with what tells them apart, and says how many more there are', () => {
    const top = Array.from({ length: 12 }, (_, i) =>
      member(`${i}`, { title: 'Disk full', host: `web${i}`, since: NOON, labels: { device: `sd${i}`, value: `${i} %` } }),
    );
    const shown = text(alert({ top, hosts: top.map(({ host }) => host ?? ''), labels: {}, counts: { firing: 408, silenced: 0, resolved: 0 } }));
    expect(shown).toContain('Disk full · 12 hosts');
    expect(shown).toMatch(/web3 +device=sd3 +12:00 +3 %/);
    expect(shown).toContain('and 400 more');
  });

  it('of a flood counts by what and by where', () => {
    const members = Array.from({ length: 90 }, (_, i) => member(`${i}`, { title: i % 3 === 0 ? 'Down' : 'Slow', host: `web${i % 10}` }));
    const shown = text(alert({ storm: true, counts: { firing: 500, silenced: 0, resolved: 0 } }), { tally: tallyOf(members) });
    expect(shown).toMatch(/Slow +60\nDown +30/);
    expect(shown).toMatch(/web0 +9/);
    expect(shown).toContain('counted over 90 of them');
  });

  it('has buttons for what can be done', () => {
    const offers = Array.from({ length: 6 }, (_, i) => ({ label: { words: { en: `Fix ${i}`, zh: `修复 ${i}` } }, line: `svc restart s${i} web1` }));
    expect(ids(alert(), 2)).toEqual(['ack', 'explain', 'silence-1h', 'silence-4h', 'silence', 'assign', 'escalate']);
    expect(ids(alert({ escalation: { taken: 2 } }), 2)).not.toContain('escalate');
    expect(ids(alert({ offers }))).toEqual(expect.arrayContaining(['offer-0', 'offer-3']));
    expect(ids(alert({ offers }))).not.toContain('offer-4');
    // Of several hosts a button says for which it is; of one that is over there is none.
    const wake = (on: string) => ({ label: { words: { en: 'Wake it', zh: '唤醒' } }, line: `host wake ${on}`, on });
    const both = { offers: [wake('web1'), wake('web2'), wake('web3')], hosts: ['web1', 'web2', 'web3'] };
    const labels = (of: Alert) => alertCard(of, NAMES).buttons.flatMap(({ id, label }) => (id.startsWith('offer') ? [[id, speak(label, 'en')]] : []));
    expect(labels(alert({ offers: [wake('web1')] }))).toEqual([['offer-0', 'Wake it']]);
    expect(labels(alert(both))).toEqual([
      ['offer-0', 'Wake it · web1'],
      ['offer-1', 'Wake it · web2'],
      ['offer-2', 'Wake it · web3'],
    ]);
    const top = [one, member('b', { host: 'web2', status: 'resolved' }), member('c', { host: 'web3' })];
    expect(labels(alert({ ...both, top }))).toEqual([
      ['offer-0', 'Wake it · web1'],
      ['offer-2', 'Wake it · web3'],
    ]);
    expect(ids(alert({ hosts: [] }))).not.toContain('explain');
    expect(ids(alert({ acked: { by: 'ana', at: 1 } }))).not.toContain('ack');
    expect(ids(alert({ state: 'resolved', offers }))).toEqual(['explain']);
    expect(ids(alert({ closed: { at: 1 }, hosts: [] }))).toEqual([]);
  });

  it('is harmless and within limits in every chat, whatever a source says', () => {
    const outside = fc.string({ unit: 'binary', maxLength: 2500 });
    fc.assert(
      fc.property(outside, outside, fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), outside, { maxKeys: 8 }), (title, words, labels) => {
        const top = [member('a', { title, text: words, labels, url: words }), member('b', { title: words, labels: {}, url: title })];
        const card = alertCard(alert({ title, top, labels, hosts: [], counts: { firing: 2, silenced: 0, resolved: 0 } }), { [title]: words });
        for (const lang of ['en', 'zh'] as const) {
          expect(draw(card, lang).plain).not.toMatch(/[\u202e\u200b\u2066]/);
          expect(messageBlocks.safeParse(cardDrawings(card, lang)[0]?.blocks).error).toBeUndefined();
          expect(Buffer.byteLength(JSON.stringify(cardContent(card, lang)))).toBeLessThan(50_000);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['https://grafana.example.org/d/1?a=b', ['https://grafana.example.org/d/1?a=b']],
    ['javascript:alert(1)', []],
    ['https://user:secret@example.org/', []],
    ['file:///etc/passwd', []],
    ['not an address', []],
  ])('links %s only where that is an address of the web', (url, wanted) => {
    expect(linked(url).map((block) => block.kind === 'link' && block.url)).toEqual(wanted);
  });
});

describe('a press on it', () => {
  it('stands for a line that is understood, whatever was filled in', async () => {
    const commands = await loadCommands();
    const presses: readonly (readonly [PressAction, Readonly<Record<string, readonly string[]>>, string])[] = [
      ['ack', {}, 'alert ack'],
      ['silence-1h', {}, 'alert silence'],
      ['silence-4h', {}, 'alert silence'],
      ['silence', { until: ['2026-01-05 09:00'] }, 'alert silence'],
      ['silence', { until: ['2h" --label host=* "'] }, 'alert silence'],
      ['assign', { person: ['@bo'] }, 'alert assign'],
      ['escalate', {}, 'alert escalate'],
      ['explain', {}, 'alert why'],
    ];
    for (const [action, fields, path] of presses) {
      const line = lineOf({ action, code: '' }, fields, alert());
      const said = parse(line ?? '', commands);
      expect(said.path).toBe(path);
      expect(said.input).toMatchObject({ alert: ID });
      expect(said.input.label ?? []).toEqual([]);
    }
    expect(lineOf({ action: 'assign', code: '' }, {}, alert())).toBeUndefined();
    expect(lineOf({ action: 'offer', code: '0' }, {}, alert({ offers: [{ label: { words: { en: '', zh: '' } }, line: 'host status web1' }] }))).toBe(
      'host status web1',
    );
    expect(isShownThere('ack')).toBe(true);
    expect(isShownThere('explain')).toBe(false);
  });
});

describe('its thread', () => {
  const history = [
    { at: NOON, kind: 'fired' },
    { at: NOON, kind: 'more', what: '3' },
    { at: NOON + 1, kind: 'called', to: ['ana'], what: 'fired' },
    { at: NOON + 2, kind: 'acked', by: 'bo' },
    { at: NOON + 3, kind: 'fired-again' },
    { at: NOON + 4, kind: 'resolved', ms: 130_000 },
  ] as const;
  const calls = [{ key: 'fired', at: NOON, people: ['ana'], why: 'fired' }] as const;

  it('calls people while it fires, and has each thing that happened once', () => {
    const all = threadOf(alert({ history, calls }), NAMES);
    expect(all.map(({ calls: people }) => people.length)).toEqual([1, 0, 0, 0]);
    expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
    for (const { key } of all) expect(key).toMatch(/^[A-Za-z0-9-]+$/);
    expect(threadOf(alert({ history, calls, state: 'resolved' }), NAMES).every(({ calls: people }) => people.length === 0)).toBe(true);
  });

  it('of a flood is short', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({ at: NOON + i, kind: 'fired-again' }) as const);
    expect(threadOf(alert({ storm: true, history: [...many, ...history] }), NAMES)).toHaveLength(2);
    expect(threadOf(alert({ history: many }), NAMES)).toHaveLength(12);
  });
});

it('shows somebody nothing of hosts that are not theirs', () => {
  const two = alert({
    hosts: ['web1', 'db1'],
    top: [one, member('b', { host: 'db1', title: 'secret' })],
    history: [{ at: 1, kind: 'acked', by: 'ana', what: 'db1' }],
  });
  const mine = narrowed(two, (host) => host === 'web1');
  expect(JSON.stringify(mine)).not.toMatch(/db1|secret/);
  expect(narrowed(two, () => false)).toBeUndefined();
  expect(narrowed(two, () => true)).toBe(two);
  expect(narrowed(alert({ hosts: [] }), () => true)).toBeUndefined();
});

it.each([
  [0, '0 s', '0 秒'],
  [8000, '8 s', '8 秒'],
  [120_000, '2 min', '2 分钟'],
  [130_000, '2 min 10 s', '2 分 10 秒'],
  [3_600_000, '1 h', '1 小时'],
  [11_100_000, '3 h 5 min', '3 小时 5 分'],
  [187_200_000, '2 d 4 h', '2 天 4 小时'],
])('%i ms is %s, %s', (ms, en, zh) => expect([speak(took(ms), 'en'), speak(took(ms), 'zh')]).toEqual([en, zh]));
