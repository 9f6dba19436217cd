import { host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { fileText, putFile } from '../../src/tools/files.ts';
import { HOSTNAME, naming, renamed, setHostname } from '../../src/tools/hostname.ts';

/** Gives a host another name, in hosts(5) too. The bot goes on calling it what its configuration says. */
export default command({
  summary: { en: 'Rename a host', zh: '重命名主机' },
  examples: ['host rename web1 www1'],
  risk: 'medium',
  args: { host: host(), name: word(HOSTNAME, { en: 'NEW-NAME', zh: '新名称' }) },
  async plan({ name }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'no such host', zh: '没有这台主机' }));
    mustHave(host, await knownFacts(look, host), 'hostnamectl');
    const [now, hosts] = await Promise.all([look.read(host, naming()), look.read(host, fileText('/etc/hosts'))]);
    const member = [...new Set([...now.member, ...(host.node ? ['proxmox'] : [])])];
    if (member.length > 0)
      throw new Refusal(
        say(
          {
            en: '{host} is a member of a cluster ({member}) that knows it by its name; nothing was done',
            zh: '{host} 是集群成员（{member}），集群以名称识别它；未做任何操作',
          },
          { host: host.name, member: list(member) },
        ),
        say({ en: 'take it out of the cluster first', zh: '请先将其移出集群' }),
      );
    if (now.name === name) return answer(say({ en: '{host} is called {name} already', zh: '{host} 已名为 {name}' }, { host: host.name, name }), []);
    const [old = ''] = now.name.split('.');
    const text = hosts === undefined ? undefined : renamed(hosts, old, name);
    const on = { site: host.site, host: host.name };
    // The file first: sudo and others look the name up as soon as it changes.
    const file: Step[] =
      text === undefined || text === hosts
        ? []
        : [
            {
              kind: 'exec',
              on,
              why: say({ en: 'its line in /etc/hosts', zh: '/etc/hosts 中的条目' }),
              argv: putFile('/etc/hosts'),
              stdin: text,
              timeoutMs: 30_000,
            },
          ];
    return {
      summary: say({ en: 'rename {old} to {name}', zh: '将 {old} 重命名为 {name}' }, { old: now.name, name }),
      steps: [
        ...file,
        { kind: 'exec', on, why: say({ en: 'set the name', zh: '设置名称' }), argv: setHostname(name), timeoutMs: 30_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until the kernel says so', zh: '直到内核确认' }),
          read: { argv: ['cat', '/proc/sys/kernel/hostname'] },
          until: { is: name },
          everyMs: 500,
          timeoutMs: 15_000,
        },
      ],
      facts: [
        { what: say({ en: 'name', zh: '名称' }), value: now.name, at: look.now(), holds: `name ${host.name} ${now.name}` },
        {
          what: say({ en: '127.0.1.1 in /etc/hosts', zh: '/etc/hosts 中的 127.0.1.1' }),
          value: file.length > 0 ? say({ en: 'changed with it', zh: '一并更改' }) : say({ en: 'does not name it', zh: '未包含该名称' }),
          at: look.now(),
          holds: `hosts ${host.name} ${hosts ?? ''}`,
        },
      ],
      locks: [{ name: `${host.site}/${host.name}/name` }],
      risk: 'medium',
      undo: { command: 'host rename', input: { host: host.name, name: now.name } },
      notes: [say({ en: 'certificates, monitoring and DNS go on with the old name', zh: '证书、监控和 DNS 仍使用旧名称' })],
    };
  },
});
