import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import type { Block, Cell } from '../../../src/core/types.ts';
import { list, say } from '../../../src/core/words.ts';
import { knownFacts } from '../../../src/tools/facts.ts';
import { pveRules } from '../../../src/tools/firewall/pve.ts';
import { firewall, unreadWords } from '../../../src/tools/firewall.ts';

/** Every rule of a host's packet filter, chain by chain, with what becomes of the rest. */
export default command({
  summary: { en: 'Show the firewall rules of a host', zh: '查看主机的防火墙规则' },
  examples: ['net firewall show web1', 'net firewall show pve1'],
  risk: 'none',
  args: { host: host() },
  async plan({ host: name }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    await knownFacts(look, one);
    const [found, pve] = await Promise.all([look.read(one, firewall()), pveRules(look, one)]);
    // What the node is told is asked of the cluster, where it is whole.
    const chains = found.chains.filter(({ by }) => by !== 'pve');
    const rows = chains.flatMap(({ by, family, table, name: chain, hook, policy, rules }): Cell[][] => {
      const where = by === 'nft' ? `${family} ${table} ${chain}` : `${by} ${chain}`;
      const rest =
        hook === undefined ? [] : [[where, '', say({ en: 'at {hook}; otherwise {policy}', zh: '在 {hook}；其余 {policy}' }, { hook, policy: policy ?? '?' })]];
      return [...rest, ...rules.map(({ text }, i): Cell[] => [where, i + 1, text])];
    });
    const table: Block = {
      kind: 'table',
      columns: [say({ en: 'chain', zh: '链' }), say({ en: '#', zh: '#' }), say({ en: 'rule', zh: '规则' })],
      rows,
    };
    const nothing: Block = { kind: 'text', text: say({ en: 'nothing filters packets there', zh: '该主机没有任何过滤规则' }) };
    const unread = found.unread.map(
      (one): Block => ({
        kind: 'text',
        text: say(
          { en: 'NOT ALL RULES ARE SHOWN, as they cannot be read: {unread}', zh: '未显示全部规则，部分无法读取：{unread}' },
          { unread: unreadWords(one) },
        ),
      }),
    );
    const shown = rows.length > 0 ? [table] : unread.length > 0 ? [] : [nothing];
    const notes = [
      ...(found.managers.length > 0 ? [say({ en: 'managed by {managers}', zh: '由 {managers} 管理' }, { managers: list(found.managers) })] : []),
      ...(found.saved.length > 0
        ? [say({ en: 'at boot {units} loads the saved rules', zh: '启动时由 {units} 载入保存的规则' }, { units: list(found.saved) })]
        : []),
      ...(found.has.has('nft') || found.has.has('iptables')
        ? []
        : [say({ en: 'it has neither nft nor iptables: only what Proxmox says can be shown', zh: '没有 nft 或 iptables：只能显示 Proxmox 的规则' })]),
    ];
    return answer(say({ en: 'firewall of {host}', zh: '{host} 的防火墙' }, { host: one.name }), [...unread, ...shown, ...pve], { notes });
  },
});
