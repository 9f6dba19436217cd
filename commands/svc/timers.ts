import { anyTargets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { dayAndClock } from '../../src/core/time.ts';
import { say } from '../../src/core/words.ts';
import { tableOver } from '../../src/tools/look.ts';
import { whereSystemd } from '../../src/tools/systemctl-look.ts';
import { timers } from '../../src/tools/systemctl-timers.ts';

/** Timers of one or many hosts: when each last ran and runs next, the next first. */
export default command({
  summary: { en: 'List timers', zh: '列出定时器' },
  examples: ['svc timers web1', 'svc timers @web'],
  risk: 'none',
  args: { on: anyTargets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'timers, in UTC', zh: '定时器（UTC）' }),
      [say({ en: 'timer', zh: '定时器' }), say({ en: 'next', zh: '下次' }), say({ en: 'last', zh: '上次' }), say({ en: 'starts', zh: '启动' })],
      (host) => whereSystemd(look, host, () => look.read(host, timers())),
      (_host, all) =>
        all.map(({ unit, next, last, activates }) => [
          unit.replace(/\.timer$/, ''),
          next === undefined ? '-' : dayAndClock(next),
          last === undefined ? '-' : dayAndClock(last),
          activates.replace(/\.service$/, ''),
        ]),
    ),
});
