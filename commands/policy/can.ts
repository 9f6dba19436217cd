import { word } from '../../src/core/args.ts';
import { type Desk, deskCommand } from '../../src/core/command.ts';
import { simulate, type World } from '../../src/core/simulate.ts';
import { simulated } from '../../src/core/simulated.ts';
import { veil } from '../../src/core/veil.ts';
import { readMoment } from '../../src/core/when.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';

/** Whether a person could say a line, by which rule, and who could approve what it comes to. Asks no host and does nothing. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show whether someone may ask for a command, and who could approve it', zh: '查看某人能否使用某命令，以及谁可以批准' },
  examples: [
    'policy can @alice "vm destroy legacy --confirm legacy"',
    'policy can carol "svc restart nginx web1" --at "sat 03:00"',
    'policy can alice "vm reboot shop" --at "2026-11-28 03:00" --room private',
  ],
  risk: 'none',
  args: { person: word(PERSON, { en: 'PERSON', zh: '人员' }, 'person'), line: word(/\S/, { en: '"COMMAND"', zh: '"命令"' }) },
  options: {
    at: word(/\S/, { en: 'TIME', zh: '时间' }).optional(),
    room: word(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/, { en: 'ROOM', zh: '房间' }, 'room').optional(),
  },
  async plan({ person: typed, line, at, room }, desk) {
    const { policy, hosts: seen, at: now } = desk;
    const person = findPerson(typed, policy, desk);
    const question = { person, line, room, at: at === undefined ? now : readMoment(at, now) };
    const world: World = {
      ...{ policy, seen, commands: desk.all, known: desk.commands },
      guests: await desk.guests(),
      totp: await withFactor(desk),
      become: (command, input, who, commands) => command.become(input, { ...desk, person: who, commands }),
    };
    return simulated(question, await simulate(question, world), policy, veil(policy, seen));
  },
});

/** Who has a second factor; asked only where a rule takes one. */
async function withFactor({ policy, factors }: Desk): Promise<ReadonlySet<string>> {
  if (!policy.approvals.some(({ stepUp }) => stepUp === 'totp')) return new Set();
  const people = await Promise.all([...policy.people.keys()].map(async (id) => ((await factors.has(id)) ? [id] : [])));
  return new Set(people.flat());
}
