import { targets, word } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { nearest } from '../../../src/core/nearest.ts';
import { list, say } from '../../../src/core/words.ts';
import { setZone, zone, zones } from '../../../src/tools/clock.ts';
import { knownFacts, mustHave } from '../../../src/tools/facts.ts';

/** Sets the time zone of hosts; what runs keeps its old one until it is restarted. */
export default command({
  summary: { en: 'Set the time zone of hosts', zh: '设置主机时区' },
  examples: ['host timezone set Asia/Shanghai web1', 'host timezone set Europe/Berlin @web'],
  risk: 'low',
  args: { zone: word(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/, { en: 'ZONE', zh: '时区' }), on: targets() },
  async plan({ zone: wanted }, look) {
    const all = await Promise.all(
      look.hosts.map(async (host) => {
        mustHave(host, await knownFacts(look, host), 'timedatectl');
        const [now, known] = await Promise.all([look.read(host, zone()), look.read(host, zones())]);
        if (known.includes(wanted)) return { host, now };
        throw new Refusal(
          say({ en: '{host} knows no time zone “{wanted}”; nothing was done', zh: '{host} 没有时区“{wanted}”；未做任何操作' }, { host: host.name, wanted }),
          say(
            { en: 'such as: {near}', zh: '例如：{near}' },
            { near: list([...nearest(wanted, [...known]), 'Europe/Berlin', 'Asia/Shanghai', 'Etc/UTC'].slice(0, 4)) },
          ),
        );
      }),
    );
    const change = all.filter(({ now }) => now !== wanted);
    const values = { wanted, hosts: list((change.length > 0 ? change : all).map(({ host }) => host.name)) };
    if (change.length === 0) return answer(say({ en: 'already {wanted}: {hosts}', zh: '已是 {wanted}：{hosts}' }, values), []);
    const [first] = change;
    const same = change.every(({ now }) => now === first?.now);
    return {
      summary: say({ en: 'set the time zone of {hosts} to {wanted}', zh: '将 {hosts} 的时区设为 {wanted}' }, values),
      steps: change.map(({ host }) => ({
        kind: 'exec' as const,
        on: { site: host.site, host: host.name },
        why: say({ en: 'set the time zone', zh: '设置时区' }),
        argv: setZone(wanted),
        timeoutMs: 30_000,
      })),
      facts: change.map(({ host, now }) => ({
        what: say({ en: 'zone of {host}', zh: '{host} 的时区' }, { host: host.name }),
        value: now,
        at: look.now(),
        holds: `zone ${host.name} ${now}`,
      })),
      locks: change.map(({ host }) => ({ name: `${host.site}/${host.name}/clock` })),
      risk: 'low',
      undo: same
        ? { command: 'host timezone set', input: { zone: first?.now ?? '', on: change.map(({ host }) => host.name) } }
        : { impossible: say({ en: 'they had different zones; the card says which', zh: '它们原先的时区不同；详见卡片' }) },
    };
  },
});
