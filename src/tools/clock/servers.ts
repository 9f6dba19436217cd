import type { Host, Look } from '../../core/command.ts';
import { answer } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Argv, Plan, Step } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { restartAnew } from '../anew.ts';
import { type Clock, clock, proveServers } from '../clock.ts';
import { knownFacts } from '../facts.ts';
import { fileText, putFile, removeFile } from '../files.ts';

/** Where servers of our own stand, and what makes them used. */
interface Place {
  readonly by: 'chrony' | 'timesyncd';
  readonly path: string;
  text(servers: readonly string[]): string;
  servers(text: string): readonly string[];
  readonly reload: Argv;
}

/** Throws Refusal for what keeps time in a way that cannot be added to. */
function placeOf(host: Host, { by, folder }: Clock): Place {
  if (by === 'chrony' && folder !== undefined)
    return {
      by,
      path: `${folder}/hostler.sources`,
      text: (servers) => servers.map((one) => `server ${one} iburst prefer\n`).join(''),
      servers: (text) => text.split('\n').flatMap((line) => /^server (\S+)/.exec(line)?.[1] ?? []),
      reload: ['chronyc', 'reload', 'sources'],
    };
  if (by === 'timesyncd')
    return {
      by,
      path: '/etc/systemd/timesyncd.conf.d/50-hostler.conf',
      text: (servers) => `[Time]\nNTP=${servers.join(' ')}\n`,
      servers: (text) => /^NTP=(.*)$/m.exec(text)?.[1]?.split(' ').filter(Boolean) ?? [],
      reload: restartAnew('systemd-timesyncd.service'),
    };
  const values = { host: host.name };
  if (by === 'chrony')
    throw new Refusal(
      say({ en: 'chrony on {host} reads no folder of servers; nothing was done', zh: '{host} 上的 chrony 未读取服务器目录；未做任何操作' }, values),
      say({ en: 'add `sourcedir /etc/chrony.d` to its chrony.conf and restart it', zh: '请在 chrony.conf 中加入 `sourcedir /etc/chrony.d` 并重启' }),
    );
  throw new Refusal(
    say(
      { en: 'neither chrony nor systemd-timesyncd runs on {host}; nothing was done', zh: '{host} 上没有运行 chrony 或 systemd-timesyncd；未做任何操作' },
      values,
    ),
    say({ en: 'install chrony there first', zh: '请先安装 chrony' }),
  );
}

/** Time servers of our own on a host, beside those it has; none: takes them away again. What is followed afterwards is waited for. */
export async function serversPlan(look: Look, wanted: readonly string[]): Promise<Plan> {
  const [host] = look.hosts;
  if (!host) throw new Refusal(say({ en: 'no such host', zh: '没有这台主机' }));
  await knownFacts(look, host);
  const now = await look.read(host, clock());
  const place = placeOf(host, now);
  const text = await look.read(host, fileText(place.path));
  const before = place.servers(text ?? '');
  const servers = [...new Set(wanted)];
  const values = { host: host.name, servers: list(servers) };
  if (before.join(' ') === servers.join(' ') && (servers.length > 0 || text === undefined))
    return answer(
      servers.length > 0
        ? say({ en: '{host} already asks {servers}', zh: '{host} 已使用 {servers}' }, values)
        : say({ en: '{host} has no time servers of ours', zh: '{host} 没有由我们设置的时间服务器' }, values),
      [],
    );
  const on = { site: host.site, host: host.name };
  const write: Step =
    servers.length > 0
      ? { kind: 'exec', on, why: say({ en: 'write {path}', zh: '写入 {path}' }, { path: place.path }), argv: putFile(place.path), stdin: place.text(servers) }
      : { kind: 'exec', on, why: say({ en: 'remove {path}', zh: '删除 {path}' }, { path: place.path }), argv: removeFile(place.path) };
  const prove: Step[] =
    servers.length > 0
      ? [
          {
            kind: 'exec',
            on,
            why: say({ en: 'one of them is followed, or it is put back', zh: '其中之一被采用，否则恢复原状' }),
            argv: proveServers(place.by, place.path, text !== undefined, servers),
            stdin: text ?? '',
            timeoutMs: 240_000,
          },
        ]
      : [];
  return {
    summary:
      servers.length > 0
        ? say({ en: 'take the time on {host} from {servers}', zh: '让 {host} 从 {servers} 获取时间' }, values)
        : say({ en: 'take our time servers off {host}', zh: '移除 {host} 上由我们设置的时间服务器' }, values),
    steps: [write, { kind: 'exec', on, why: say({ en: 'use it', zh: '使其生效' }), argv: place.reload, timeoutMs: 30_000 }, ...prove],
    facts: [
      {
        what: say({ en: 'ours so far', zh: '当前设置' }),
        value: before.length > 0 ? list(before) : '-',
        at: look.now(),
        holds: `ntp ${host.name} ${place.path} ${text ?? ''}`,
      },
      {
        what: say({ en: 'followed now', zh: '当前采用' }),
        value: list(now.sources.filter(({ selected }) => selected).map(({ name }) => name)),
        at: look.now(),
      },
    ],
    locks: [{ name: `${host.site}/${host.name}/clock` }],
    risk: 'low',
    undo:
      before.length > 0
        ? { command: 'host ntp set', input: { host: host.name, servers: [...before] } }
        : { command: 'host ntp reset', input: { host: host.name } },
  };
}
