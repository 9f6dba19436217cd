import { describe, expect, it } from 'vitest';
import type { Member, Silence, Written } from '../../../src/core/alerts/alert.ts';
import { atSources } from '../../../src/core/alerts/atsource.ts';
import { exactly } from '../../../src/core/alerts/match.ts';
import type { DeclaredSource } from '../../../src/core/alerts/routing.ts';
import { silenceTable } from '../../../src/core/alerts/silenced.ts';
import type { Host } from '../../../src/core/command.ts';
import { quoted, say, speak } from '../../../src/core/words.ts';
import { alerts, nobody } from '../../support/stubs.ts';
import { NO_ROUTING } from '../../support/world.ts';
import { member } from './sample.ts';

const HOST: Host = { name: 'web1', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.1', libvirt: '' };
const AM: DeclaredSource = { name: 'am', kind: 'alertmanager', perMinute: 1, bytes: 1, labels: {}, api: 'http://am.example.org' };
const silence = (name: string, value: string, written?: Written): Silence => ({
  ...{ id: 'Z1', by: 'ana', at: 0, until: 3_600_000, reason: 'disk', matchers: [exactly(name, value)] },
  ...(written ? { written: { am: written } } : {}),
});
async function said(one: Silence, members: readonly Member[] = [], sources: readonly DeclaredSource[] = [AM]): Promise<{ en: string; zh: string }> {
  const desk = {
    routing: { ...NO_ROUTING, sources: new Map(sources.map((source) => [source.name, source])) },
    policy: { ...nobody.policy, hosts: [HOST] },
    alerts: {
      ...alerts,
      async *standing() {
        yield members;
      },
    },
  };
  const words = (await atSources([one], desk)).get(one.id) ?? quoted('');
  return { en: speak(words, 'en'), zh: speak(words, 'zh') };
}

describe('of a silence is said', () => {
  const there = [
    { name: 'host', value: '', isRegex: false, isEqual: true },
    { name: 'instance', value: 'web1:9100', isRegex: false, isEqual: true },
  ];
  const web1 = member('a', { host: 'web1', labels: { instance: 'web1:9100' } });
  it.each<[string, Silence, readonly Member[], string]>([
    ['where it is silenced, too', silence('job', 'node', { id: 'x', matchers: [{ name: 'job', value: 'node', isRegex: false, isEqual: true }] }), [], 'am too'],
    ['what of it is silenced there', silence('host', 'web1', { id: 'x', matchers: there }), [], 'am too: instance=web1:9100; all else only here'],
    ['that it was silenced there by a version that did not note what', silence('host', 'web1', { id: 'x' }), [], 'am too'],
    ['that it was not yet told', silence('host', 'web1'), [web1], 'only here: am is not told yet'],
    ['that it was not taken', silence('job', 'node', { trouble: 'it answers 403: no' }), [], 'only here, not at am: it answers 403: no'],
    ['that nothing of it fires there', silence('host', 'web1'), [], 'only here, not at am: nothing of that fires there now'],
    ['that it cannot be said there', silence('tag', 'edge'), [], 'only here, not at am: there are no tags there'],
    ['that it is about others', silence('source', 'pve'), [], 'only here: no Alertmanager is meant'],
  ])('%s', async (_, one, members, expected) => {
    const { en, zh } = await said(one, members);
    expect(en).toBe(expected);
    expect(zh).toMatch(/仅在此处|也已静默/);
  });

  it('why it was not taken, in the language of who reads it', async () => {
    const why = say({ en: 'it answers {status}', zh: '其应答为 {status}' }, { status: 403 });
    const { en, zh } = await said(silence('job', 'node', { trouble: speak(why, 'en'), said: why }));
    expect([en, zh]).toEqual(['only here, not at am: it answers 403', '仅在此处，am 未静默：其应答为 403']);
  });

  it('that nobody else can be told', async () => {
    expect((await said(silence('host', 'web1'), [], [])).en).toBe('only here: no source has an `api:`');
  });

  it('that it is over here, and still silenced there', () => {
    const table = silenceTable([], (id) => id, new Map(), [silence('job', 'node', { id: 'x' })]);
    expect(JSON.stringify(table)).toMatch(/ended here, still silenced at \{sources\}.*"am"/);
  });
});
