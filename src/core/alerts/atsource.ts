import type { Desk } from '../command.ts';
import { list, type Said, say } from '../words.ts';
import type { Silence, Written } from './alert.ts';
import type { MatcherThere } from './errand.ts';
import { thereNow, toldOf } from './errands.ts';
import { short } from './rows.ts';

/** Of each silence, by its id: at which sources what it means is silenced, too, and why it is only here where it is not. */
export async function atSources(silences: readonly Silence[], desk: Pick<Desk, 'routing' | 'policy' | 'alerts'>): Promise<ReadonlyMap<string, Said>> {
  const sources = toldOf(desk.routing);
  const all = new Map<string, Said>();
  for (const silence of silences) {
    const words: Said[] = [];
    for (const source of sources) {
      const there = await thereNow(silence, source, { routing: desk.routing, hosts: desk.policy.hosts, alerts: desk.alerts });
      const written = silence.written?.[source.name];
      if (written && 'id' in written) words.push(saidThere(silence, source.name, written.matchers));
      else if (there) words.push(notThere(source.name, 'here' in there ? there.here : troubleOf(written)));
    }
    all.set(silence.id, words.length > 0 ? list(words) : sources.length > 0 ? NONE : NOWHERE);
  }
  return all;
}

const NOWHERE = say({ en: 'only here: no source has an `api:`', zh: '仅在此处：没有来源配置 `api:`' });
const NONE = say({ en: 'only here: no Alertmanager is meant', zh: '仅在此处：不涉及 Alertmanager' });

/** Why it was not taken when it was last tried; by an earlier version in English alone. */
function troubleOf(written: Written | undefined): Said | string | undefined {
  return written && 'trouble' in written ? (written.said ?? short(written.trouble, 100)) : undefined;
}

/** What is known there by a host's or a severity's name here is what fired when it was said. */
function saidThere({ matchers }: Silence, source: string, there: readonly MatcherThere[] | undefined): Said {
  if (!there || !matchers.some(({ name }) => name === 'host' || name === 'severity')) return say({ en: '{source} too', zh: '{source} 也已静默' }, { source });
  const what = there.flatMap(({ name, value, isRegex }) => (value === '' ? [] : [`${name}${isRegex ? '=~' : '='}${value}`])).join(' ');
  return say({ en: '{source} too: {what}; all else only here', zh: '{source} 也已静默：{what}；其余仅在此处' }, { source, what: short(what, 200) });
}

function notThere(source: string, why: Said | string | undefined): Said {
  return why === undefined
    ? say({ en: 'only here: {source} is not told yet', zh: '仅在此处：尚未通知 {source}' }, { source })
    : say({ en: 'only here, not at {source}: {why}', zh: '仅在此处，{source} 未静默：{why}' }, { source, why });
}
