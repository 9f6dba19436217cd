import { span, line as wholeLine, word } from '../../src/core/args.ts';
import { aliasCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { choice } from '../../src/core/schedules/args.ts';
import { dayAndClock, SPAN, spanMs } from '../../src/core/time.ts';
import { readMoment } from '../../src/core/when.ts';
import { say } from '../../src/core/words.ts';

/** Half a year, in milliseconds: a schedule that nobody wants any more ends by itself. */
const HALF_YEAR = 182 * 86_400_000;
const YEARS = 3 * 366 * 86_400_000;
/** So many of its times are looked at for the least that lies between two: an hour's at least. */
const LOOKED_AT = 61;

/** Asks a line at times, in your name. It is approved now, for every time at which it comes to the same steps; what is different then waits for approval. */
export default aliasCommand({
  at: 'ask',
  rollsOut: true,
  summary: { en: 'Ask a line at times, such as every Saturday at three', zh: '按时间表执行命令，例如每周六三点' },
  examples: [
    'schedule add "0 3 * * 6" "backup run gitlab"',
    'schedule add "30 7 * * 1-5" "svc restart nginx web1" --zone Europe/Berlin --jitter 10m --until 90d',
    'schedule add "0 4 1 * *" "host reboot web1" --missed skip',
  ],
  risk: 'low',
  args: { cron: word(/\S/, { en: '"MIN HOUR DAY MONTH WEEKDAY"', zh: '"分 时 日 月 周"' }), line: wholeLine() },
  options: {
    zone: word(/^[A-Za-z0-9_+/-]{1,64}$/, { en: 'ZONE', zh: '时区' }).default('UTC'),
    jitter: span().optional(),
    missed: choice(['run', 'skip']).default('run'),
    until: word(/\S/, { en: 'TIME', zh: '时间' }).optional(),
  },
  async become({ cron, line, zone, jitter = 0, missed, until: text }, desk) {
    const { at } = desk;
    const until = text === undefined ? at + HALF_YEAR : SPAN.test(text) ? at + spanMs(text) : readMoment(text, at);
    if (until <= at) throw new Refusal(say({ en: '“{text}” is over already', zh: '“{text}”已经过去' }, { text: text ?? '' }));
    if (until > at + YEARS) throw new Refusal(say({ en: 'a schedule lasts three years at most', zh: '时间表最长为三年' }));
    const [first, ...others] = times(jitter > 0 ? LOOKED_AT : 1);
    if (first === undefined || first >= until)
      throw new Refusal(say({ en: '“{cron}” never comes before {until} UTC', zh: '“{cron}”在 {until} UTC 之前不会出现' }, { cron, until: dayAndClock(until) }));
    const all = [first, ...others];
    if (others.some((time, i) => jitter >= time - (all[i] ?? time)))
      throw new Refusal(say({ en: 'a jitter as long as the time between two runs would mix them up', zh: '随机延后须短于两次执行的间隔' }));
    const meant = parse(line, desk.commands);
    const inner = desk.commands.get(meant.path);
    if (!inner || inner.at === 'ask')
      throw new Refusal(say({ en: 'say the command itself, not “{path}”', zh: '请直接写命令，而不是“{path}”' }, { path: meant.path }));
    if (meant.window !== undefined) throw new Refusal(say({ en: 'what has times of its own needs no window', zh: '已有时间表，无需再指定窗口' }));
    if (meant.dry) throw new Refusal(say({ en: '`--plan` belongs behind the whole line, not into it', zh: '`--plan` 应写在整行之后，而不是引号内' }));
    return {
      command: meant.path,
      input: meant.input,
      from: { kind: 'schedule', ticket: '' },
      repeat: { cron: cron.trim(), zone, jitterMs: jitter, missed, until, line, hosts: [] },
      ...(meant.rollout ? { rollout: meant.rollout } : {}),
    };

    /** The next times, so many of them. */
    function times(most: number): readonly number[] {
      const found: number[] = [];
      try {
        for (let next = desk.cron(cron, zone, at); next !== undefined && found.length < most; next = desk.cron(cron, zone, next)) found.push(next);
        return found;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new Refusal(
          say({ en: '“{cron}” in {zone}: {why}', zh: '“{cron}”（{zone}）：{why}' }, { cron, zone, why: error.message }),
          say({
            en: 'five fields, as in crontab: "0 3 * * 6" is Saturdays at 03:00; a zone such as Europe/Berlin',
            zh: '五个字段，同 crontab："0 3 * * 6" 为每周六 03:00；时区例如 Asia/Shanghai',
          }),
        );
      }
    }
  },
});
