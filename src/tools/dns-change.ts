import type { Host } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Argv, Step } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { restartAnew } from './anew.ts';
import { type Dns, RESOLVED_FILE } from './dns.ts';
import { putFile, removeFile } from './files.ts';

/** What a host is to ask, and which domains it tries; both empty: what was set here is taken back. */
export interface Servers {
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

/** How one manager is told: what it says now, the steps, and what was before. */
export interface Change {
  /** So already. */
  readonly same: boolean;
  readonly steps: readonly Pick<Step & { kind: 'exec' }, 'why' | 'argv' | 'stdin'>[];
  /** What it was, in the same words; else why that cannot be said. */
  readonly before: Servers | { readonly impossible: Said };
}

/** The steps for whoever manages the host's resolvers. `dropIn`: the text of our file for systemd-resolved. Throws Refusal for a manager that would undo it. */
export function changeFor(host: Host, now: Dns, wanted: Servers, dropIn: string | undefined): Change {
  if (now.manager === 'systemd-resolved') return resolved(wanted, dropIn);
  if (now.manager === 'NetworkManager') return networkManager(host, now, wanted);
  if (now.manager === 'file') return plainFile(host, now, wanted);
  throw new Refusal(
    say(
      {
        en: '/etc/resolv.conf of {host} is written by {what}: what I set there would be lost; nothing was done',
        zh: '{host} 的 /etc/resolv.conf 由 {what} 写入：设置会丢失；未做任何操作',
      },
      { host: host.name, what: now.manager === 'unknown' ? now.path || '?' : now.manager },
    ),
    say({ en: 'set it where that gets it from', zh: '请在其来源处设置' }),
  );
}

const PLAIN = { servers: [], search: [] } as const;

/** `~.`: these servers are asked before those that a link got by DHCP. resolved.conf(5). */
export function dropInText({ servers, search }: Servers): string {
  return `# Set by Hostler.\n[Resolve]\nDNS=${servers.join(' ')}\nDomains=${['~.', ...search].join(' ')}\n`;
}

export function dropInServers(text: string): Servers {
  const words = (key: string) => (new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '').split(' ').filter((word) => word !== '' && word !== '~.');
  return { servers: words('DNS'), search: words('Domains') };
}

function resolved(wanted: Servers, dropIn: string | undefined): Change {
  const text = wanted.servers.length > 0 ? dropInText(wanted) : undefined;
  return {
    same: text === dropIn,
    steps: [
      text === undefined
        ? { why: say({ en: 'remove {file}', zh: '删除 {file}' }, { file: RESOLVED_FILE }), argv: removeFile(RESOLVED_FILE) }
        : { why: say({ en: 'write {file}', zh: '写入 {file}' }, { file: RESOLVED_FILE }), argv: putFile(RESOLVED_FILE), stdin: text },
      { why: say({ en: 'restart systemd-resolved', zh: '重启 systemd-resolved' }), argv: restartAnew('systemd-resolved.service') },
    ],
    before: dropIn === undefined ? PLAIN : dropInServers(dropIn),
  };
}

function networkManager(host: Host, { connection }: Dns, wanted: Servers): Change {
  if (!connection)
    throw new Refusal(
      say({ en: 'NetworkManager of {host} has no connection with a default route', zh: '{host} 的 NetworkManager 没有带默认路由的连接' }, { host: host.name }),
    );
  if (wanted.servers.some((server) => server.includes(':')))
    throw new Refusal(
      say({ en: 'on {host}, with NetworkManager, only IPv4 addresses can be set', zh: '{host} 使用 NetworkManager，仅能设置 IPv4 地址' }, { host: host.name }),
    );
  const { uuid, device, dns, search, ignoreAuto } = connection;
  const reset = wanted.servers.length === 0;
  const set: Argv = [
    ...(['nmcli', 'connection', 'modify', 'uuid', uuid, 'ipv4.dns', wanted.servers.join(',')] as const),
    ...['ipv4.dns-search', wanted.search.join(','), 'ipv4.ignore-auto-dns', reset ? 'no' : 'yes'],
  ];
  // With servers by hand, DHCP's count no more; a mixture of both cannot be said by this command.
  const mixed = !ignoreAuto && (dns.length > 0 || search.length > 0);
  return {
    same: dns.join() === wanted.servers.join() && search.join() === wanted.search.join() && ignoreAuto === !reset,
    steps: [
      { why: say({ en: 'set it in the connection of {device}', zh: '写入 {device} 的连接' }, { device }), argv: set },
      { why: say({ en: 'use it on {device}', zh: '在 {device} 上生效' }, { device }), argv: ['nmcli', 'device', 'reapply', device] },
    ],
    before:
      mixed || (ignoreAuto && dns.length === 0)
        ? { impossible: say({ en: 'before, servers of DHCP and by hand were mixed', zh: '之前混用了 DHCP 与手动设置' }) }
        : { servers: dns, search },
  };
}

function plainFile(host: Host, now: Dns, wanted: Servers): Change {
  if (wanted.servers.length === 0)
    throw new Refusal(
      say(
        { en: '/etc/resolv.conf of {host} is a plain file: name the servers', zh: '{host} 的 /etc/resolv.conf 是普通文件：请指定服务器' },
        { host: host.name },
      ),
    );
  const text = rewritten(now.text, wanted);
  const back = rewritten(text, now) === now.text && now.servers.length > 0;
  return {
    same: text === now.text,
    steps: [{ why: say({ en: 'write /etc/resolv.conf', zh: '写入 /etc/resolv.conf' }), argv: putFile('/etc/resolv.conf'), stdin: text }],
    before: back
      ? now
      : {
          impossible: say({
            en: 'the lines of the old file cannot be said again by this command; they are in the facts',
            zh: '原文件的内容无法用此命令还原，见事实',
          }),
        },
  };
}

/** Servers and domains stand where the first of them stood; every other line stays. resolv.conf(5). */
export function rewritten(text: string, { servers, search }: Servers): string {
  const lines = text.split('\n').slice(0, text.endsWith('\n') || text === '' ? -1 : undefined);
  const ours = (line: string) => /^\s*(nameserver|search|domain)\b/.test(line);
  const at = lines.findIndex(ours);
  const fresh = [...(search.length > 0 ? [`search ${search.join(' ')}`] : []), ...servers.map((server) => `nameserver ${server}`)];
  const before = at < 0 ? lines : lines.slice(0, at);
  const after = at < 0 ? [] : lines.slice(at).filter((line) => !ours(line));
  return [...before, ...fresh, ...after].map((line) => `${line}\n`).join('');
}
