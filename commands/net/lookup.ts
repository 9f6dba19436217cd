import { dnsName, targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { lookup } from '../../src/tools/dns.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';

/** What hosts resolve a name to, side by side; those that say otherwise than most are marked. */
export default command({
  summary: { en: 'Look a name up on hosts', zh: '在主机上解析名称' },
  examples: ['net lookup db1 web1', 'net lookup www.example.org @web'],
  risk: 'none',
  args: { name: dnsName(), on: targets() },
  async plan({ name }, look) {
    const all = await each(look, async (host) => {
      await knownFacts(look, host);
      return look.read(host, lookup(name));
    });
    const found = answers(all);
    const groups = [...Map.groupBy(found, ({ value }) => value.join(' '))].toSorted(([, a], [, b]) => b.length - a.length);
    const [most] = groups;
    const values = { name, hosts: list(groups.slice(1).flatMap(([, same]) => same.map(({ host }) => host.name))), addresses: most?.[0] || '-' };
    const summary =
      groups.length > 1
        ? say({ en: '{name}: hosts disagree; not {addresses}: {hosts}', zh: '{name}：结果不一致；非 {addresses} 的主机：{hosts}' }, values)
        : most?.[0]
          ? say({ en: '{name} is {addresses}', zh: '{name} 为 {addresses}' }, values)
          : say({ en: 'no host knows “{name}”', zh: '没有主机能解析“{name}”' }, values);
    const rows = found.map(({ host, value }): Cell[] => [
      host.name,
      value.length > 0 ? value.join(' ') : say({ en: 'not known', zh: '无法解析' }),
      value.join(' ') === most?.[0] ? '' : say({ en: '← differs', zh: '← 不一致' }),
    ]);
    return answer(summary, [{ kind: 'table', columns: [HOST, say({ en: 'addresses', zh: '地址' }), say({ en: 'note', zh: '备注' })], rows }], {
      notes: troubles(all),
    });
  },
});
