import { words } from '../../src/core/alerts/args.ts';
import { covers, hushStep, matcherOf, mustReach, silenceOf, touchedBy, untilOf } from '../../src/core/alerts/hush.ts';
import { matcherWords } from '../../src/core/alerts/silenced.ts';
import { reason } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { clockFrom } from '../../src/core/time.ts';
import { say } from '../../src/core/words.ts';

/** Alerts that fit call nobody until then, also such as do not fire yet. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Keep alerts quiet by their labels', zh: '按标签静默告警' },
  examples: ['silence add host=web1 2h --reason "its memory is being changed"', 'silence add alertname=DiskFull "host=web*" "sat 09:00" --reason "known"'],
  risk: 'low',
  args: { what: words({ en: 'LABEL=PATTERN … TIME', zh: '标签=模式 … 时间' }) },
  options: { reason: reason() },
  async plan({ what, reason: why }, desk) {
    const times = what.filter((text) => !text.includes('='));
    const matchers = what.filter((text) => text.includes('=')).map(matcherOf);
    const [time] = times;
    if (time === undefined || times.length > 1 || matchers.length === 0) {
      throw new Refusal(
        say({ en: 'say which alerts, and until when', zh: '请说明静默哪些告警、到何时' }),
        say({ en: 'for example `silence add host=web1 2h --reason "…"`', zh: '例如 `silence add host=web1 2h --reason "…"`' }),
      );
    }
    const silence = silenceOf(matchers, untilOf(time, desk.at), why, desk);
    const hosts = touchedBy(matchers, desk);
    mustReach(hosts, desk);
    const clock = clockFrom(desk.at, silence.until);
    const meant = matcherWords(matchers);
    if (covers(await desk.silences.list(), silence))
      return answer(say({ en: '{meant} is silenced until then already', zh: '{meant}已静默至该时间' }, { meant }), [], { touches: hosts });
    return {
      // Here, because it is done at once: of what is done a card has no notes.
      summary: say(
        { en: 'silence {meant} until {clock} UTC: {why}{unknown}', zh: '静默{meant}，至 {clock} UTC：{why}{unknown}' },
        { meant, clock, why, unknown: hosts.length === 0 ? UNKNOWN : '' },
      ),
      steps: [hushStep(silence, clock)],
      facts: [],
      locks: [],
      touches: hosts,
      risk: 'low',
      undo: { command: 'silence end', input: { silences: [silence.id] } },
    };
  },
});

const UNKNOWN = say({ en: ' (no host of the configuration is meant by that)', zh: '（配置中没有主机与此相符）' });
