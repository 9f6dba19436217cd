import type { Matcher, Member } from '../../src/core/alerts/alert.ts';
import { alertName } from '../../src/core/alerts/args.ts';
import { firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { covers, hushStep, matcherOf, matchersFor, mustReach, silenceOf, touchedBy, untilOf } from '../../src/core/alerts/hush.ts';
import { short, targetOf } from '../../src/core/alerts/rows.ts';
import { matcherWords } from '../../src/core/alerts/silenced.ts';
import { reason, settings, word } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { clockFrom } from '../../src/core/time.ts';
import { list, type Said, say } from '../../src/core/words.ts';

/** An alert calls nobody until then: itself, its group, or whatever the labels say. The card says exactly what is quiet. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Keep an alert quiet for a while', zh: '在一段时间内静默告警' },
  examples: [
    'alert silence A0123456789A 2h',
    'alert silence A0123456789A 18:00 --reason "the disk is being changed"',
    'alert silence A0123456789A 4h --label host=web1',
  ],
  risk: 'low',
  args: { alert: alertName(), until: word(/\S/, { en: 'TIME', zh: '时间' }) },
  options: { label: settings(), reason: reason().optional() },
  async plan({ alert: id, until: text, label, reason: why = '' }, desk) {
    const alert = await firingNamed(id, desk);
    const until = untilOf(text, desk.at);
    const members = label.length > 0 ? [] : await desk.alerts.members(id, MEMBERS);
    const meant = label.length > 0 ? [label.map(matcherOf)] : matchersFor(alert, members, desk);
    // A label that somebody types may fit anything, also where it is called a fingerprint.
    const byPrint = label.length === 0 && meant.every((all) => all.some(({ name }) => name === 'fingerprint'));
    const hosts = byPrint ? alert.hosts : [...new Set(meant.flatMap((all) => touchedBy(all, desk)))];
    if (!byPrint) mustReach(hosts, desk);
    const there = await desk.silences.list();
    const fresh = meant
      .map((matchers) => silenceOf(matchers, until, why, desk, byPrint ? { hosts, title: calledBy(matchers, members) } : undefined))
      .filter((silence) => !covers(there, silence));
    const clock = clockFrom(desk.at, until);
    const title = titleOf(alert);
    const what = byPrint ? say({ en: '“{title}”', zh: '“{title}”' }, { title }) : list(meant.map((matchers) => matcherWords(matchers)));
    if (fresh.length === 0) return answer(say({ en: '{what} is silenced until then already', zh: '{what}已静默至该时间' }, { what }), [], { touches: hosts });
    return {
      summary: say({ en: 'silence {what} until {clock} UTC', zh: '静默{what}，至 {clock} UTC' }, { what, clock }),
      steps: fresh.map((silence) => hushStep(silence, clock)),
      facts: [],
      locks: [],
      touches: hosts,
      risk: 'low',
      undo: { command: 'silence end', input: { silences: fresh.map((silence) => silence.id) } },
    };
  },
});

/** Members that are looked at. */
const MEMBERS = 200;

/** What people call the member that is meant by its fingerprint: its title, and where it is. */
function calledBy(matchers: readonly Matcher[], members: readonly Member[]): string | Said {
  const print = matchers.find(({ name }) => name === 'fingerprint')?.pattern ?? '';
  const member = members.find(({ fingerprint }) => fingerprint === print);
  if (!member) return short(print);
  const where = targetOf(member);
  const title = member.said?.title;
  if (title) return where === '' ? title : say({ en: '{title} · {where}', zh: '{title} · {where}' }, { title, where });
  return short(where === '' || member.title.toLowerCase().includes(where.toLowerCase()) ? member.title : `${member.title} · ${where}`, 200);
}
