import type { Ticket } from '../ticket.ts';
import { dayAndClock, duration } from '../time.ts';
import type { Block } from '../types.ts';
import { type Said, say } from '../words.ts';
import type { Repeat } from './schedule.ts';

/** `at 0 3 * * 6 (Europe/Berlin), until 2027-02-20 00:00 UTC`. */
export function repeatWords({ cron, zone, jitterMs, missed, until }: Repeat): Said {
  return say(
    { en: 'asked at {cron} ({zone}){jitter}, until {until} UTC; {missed}', zh: '按 {cron}（{zone}）执行{jitter}，至 {until} UTC；{missed}' },
    {
      cron,
      zone,
      until: dayAndClock(until),
      jitter: jitterMs === 0 ? '' : say({ en: ', put off by up to {time}', zh: '，随机延后至多 {time}' }, { time: duration(jitterMs) }),
      missed:
        missed === 'run' ? say({ en: 'a missed time is made up for', zh: '错过的会补做一次' }) : say({ en: 'a missed time is left out', zh: '错过的不补做' }),
    },
  );
}

/** When what is asked for here is done, where that is not now. */
export function repeatBlocks({ repeat, state }: Pick<Ticket, 'repeat' | 'state'>): Block[] {
  if (!repeat) return [];
  const text = say({ en: 'not now, but {when}', zh: '不是现在，而是{when}' }, { when: repeatWords(repeat) });
  const class_ = say({
    en: 'Approving it approves every time at which it comes to the same steps; whatever is different then waits for approval.',
    zh: '批准后，以后每次步骤相同时直接执行；如有不同，则须再次批准。',
  });
  const after = state === 'waiting' ? class_ : state === 'done' ? ENDS : undefined;
  return [{ kind: 'text', text }, ...(after ? [{ kind: 'text', text: after } as const] : [])];
}

const ENDS = say({ en: '`schedule list` shows when it is next; `schedule remove` ends it', zh: '`schedule list` 查看下次时间；`schedule remove` 删除' });
