import { lockName, reason } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { concerns } from '../../src/core/desk.ts';
import { Refusal } from '../../src/core/errors.ts';
import { lockTable } from '../../src/core/locktable.ts';
import { clock } from '../../src/core/time.ts';
import type { Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';

/** Takes a lock away from the request that holds it: that one begins nothing more; what it has begun runs to its end. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Take a lock away from the request that holds it', zh: '夺取某个请求持有的锁' },
  examples: ['lock steal east/web1/program:pause --reason "its worker is gone for good"'],
  risk: 'medium',
  args: { name: lockName() },
  options: { reason: reason() },
  async plan({ name, reason: why }, desk) {
    const lock = (await desk.locks()).find((one) => one.name === name);
    if (!lock || lock.holders.length === 0) {
      throw new Refusal(
        say({ en: 'nobody holds “{name}”', zh: '没有人持有“{name}”' }, { name }),
        say({ en: '`lock list` shows what is held', zh: '可用 `lock list` 查看' }),
      );
    }
    const at = Date.now();
    const table = await lockTable([lock], desk);
    return {
      summary: say(
        { en: 'take {name} away from {holders}: {why}', zh: '从 {holders} 夺取 {name}：{why}' },
        { name, holders: list(lock.holders.map(({ ticket }) => ticket)), why },
      ),
      answer: [table],
      steps: lock.holders.map(
        ({ ticket, token }): Step => ({
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name },
          why: say({ en: 'take it away from {ticket}', zh: '从 {ticket} 夺取' }, { ticket }),
          act: { steal: { lock: name, from: ticket, token } },
        }),
      ),
      facts: lock.holders.map(({ ticket, since }) => ({
        what: say({ en: 'held by {ticket}', zh: '由 {ticket} 持有' }, { ticket }),
        value: say({ en: 'since {time} UTC; what it has begun runs on', zh: '自 {time} UTC；已开始的步骤会继续运行' }, { time: clock(since) }),
        at,
        holds: `held ${name} ${ticket}`,
      })),
      locks: [],
      touches: desk.hosts.filter((host) => concerns(name, host)).map((host) => host.name),
      risk: 'medium',
      undo: { impossible: say({ en: 'the request that held it has to be asked for again', zh: '原请求需重新提出' }) },
    };
  },
});
