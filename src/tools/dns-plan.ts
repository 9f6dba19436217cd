import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Fact, Plan, Step, Undo } from '../core/types.ts';
import { list, say } from '../core/words.ts';
import { type Asked, askServers, dns, RESOLVED_FILE, resolversAnswer } from './dns.ts';
import { type Change, changeFor, type Servers } from './dns-change.ts';
import { knownFacts, mustHave } from './facts.ts';
import { fileText } from './files.ts';

/** Sets the servers where the host's own manager keeps them; refuses servers that do not answer, and sees an answer at the end. */
export async function setPlan(look: Look, name: string, wanted: Servers, question: string, reset: boolean): Promise<Plan> {
  const [host] = look.hosts;
  if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
  if (reset === wanted.servers.length > 0)
    throw new Refusal(say({ en: 'name the servers, or --reset to take back what was set here', zh: '请指定服务器，或用 --reset 撤回此前的设置' }));
  const known = await knownFacts(look, host);
  mustHave(host, known, 'bash');
  const [now, dropIn, asked] = await Promise.all([
    look.read(host, dns()),
    look.read(host, fileText(RESOLVED_FILE)),
    reset ? [] : look.read(host, askServers(wanted.servers, question)),
  ]);
  const bad = asked.filter(({ said }) => said !== 'answers' && said !== 'does not know');
  if (bad.length > 0) throw mute(host.name, bad, question);
  const change = changeFor(host, now, wanted, dropIn);
  const values = { host: host.name, servers: list(wanted.servers) };
  if (change.same)
    return answer(
      reset
        ? say({ en: 'nothing is set by me on {host} already', zh: '{host} 上已没有此处的设置' }, values)
        : say({ en: '{host} already asks {servers}', zh: '{host} 已使用 {servers}' }, values),
      [],
    );
  const on = { site: host.site, host: host.name };
  const at = look.now();
  const facts: Fact[] = [
    {
      what: say({ en: '{host} asks now', zh: '{host} 当前使用' }, values),
      value: [...now.servers, ...now.links].join(' · ') || '-',
      at,
      holds: `dns ${host.name} ${now.manager} ${now.text} ${dropIn ?? ''} ${JSON.stringify(now.connection ?? {})}`,
    },
    { what: say({ en: 'managed by', zh: '管理者' }), value: now.manager === 'file' ? now.path : now.manager, at },
    ...asked.map(({ server, said }): Fact => ({ what: say({ en: '{server}, asked there', zh: '在该主机上查询 {server}' }, { server }), value: said, at })),
  ];
  return {
    summary: reset
      ? say({ en: 'take back the name servers set on {host}', zh: '撤回在 {host} 上设置的 DNS 服务器' }, values)
      : say({ en: '{host} asks {servers}', zh: '{host} 使用 DNS 服务器 {servers}' }, values),
    steps: [
      ...change.steps.map((step): Step => ({ kind: 'exec', on, timeoutMs: 60_000, ...step })),
      {
        kind: 'exec',
        on,
        why: say({ en: 'see that it answers: {question}', zh: '确认有应答：{question}' }, { question }),
        argv: resolversAnswer(question),
        timeoutMs: 30_000,
      },
    ],
    facts,
    locks: [{ name: `${host.site}/${host.name}/dns` }],
    risk: 'medium',
    undo: undoOf(host, change, question),
  };
}

function undoOf(host: Host, { before }: Change, lookup: string): Undo {
  if ('impossible' in before) return before;
  const { servers, search } = before;
  const input = { host: host.name, servers: [...servers], lookup, reset: servers.length === 0 };
  return { command: 'net dns set', input: search.length > 0 ? { ...input, search: search.join(',') } : input };
}

function mute(host: string, bad: readonly Asked[], question: string): Refusal {
  return new Refusal(
    say(
      { en: 'asked from {host}: {servers}; nothing was done', zh: '从 {host} 查询：{servers}；未做任何操作' },
      { host, servers: list(bad.map(({ server, said }) => `${server} ${said}`)) },
    ),
    say({ en: 'they were asked for {question}: name one they know with --lookup', zh: '查询的是 {question}：可用 --lookup 指定其已知名称' }, { question }),
  );
}
