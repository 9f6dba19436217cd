import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { assess } from '../core/risk.ts';
import type { ExecStep, Plan } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { confirmed, WITHIN } from './confirm.ts';
import { disturbsHost } from './expects.ts';
import { knownFacts } from './facts.ts';
import { putFile, removeFile } from './files.ts';
import { oneNodeAtATime } from './onenode.ts';
import { leftOut, probesFor } from './probes.ts';
import { loadRedirects, REDIRECT_RULES, REDIRECT_UNIT, type Redirect, type Redirects, redirects, rulesText, unitText } from './redirect.ts';

/** Redirects of a host where the bot may change them. Throws Refusal. */
export async function changeableRedirects(look: Look, host: Host): Promise<Redirects> {
  const facts = await knownFacts(look, host);
  const found = await look.read(host, redirects());
  if (!facts.systemd)
    throw new Refusal(
      say(
        { en: '{host} has no systemd to load this at boot; nothing was done', zh: '{host} 没有 systemd，无法在启动时加载；未做任何操作' },
        { host: host.name },
      ),
    );
  if (found.firewalld)
    throw new Refusal(
      say({ en: 'firewalld manages the rules of {host}; nothing was done', zh: '{host} 的规则由 firewalld 管理；未做任何操作' }, { host: host.name }),
      say({ en: 'use `firewall-cmd --add-forward-port` there', zh: '请在该主机上使用 `firewall-cmd --add-forward-port`' }),
    );
  if (!found.has.has('nft') && !found.has.has('iptables'))
    throw new Refusal(
      say({ en: '{host} has neither nft nor iptables; nothing was done', zh: '{host} 上没有 nft 或 iptables；未做任何操作' }, { host: host.name }),
    );
  return found;
}

/** Throws Refusal when a port cannot lead to another: it is how the bot comes in, something serves it, someone else redirects it, or nothing waits at the end. */
export function mustLead(host: Host, { sshPorts, others, listens }: Redirects, { port, to }: Redirect): void {
  const words = { port, to, host: host.name };
  const here = (wanted: number) => listens.filter((at) => at.endsWith(`:${wanted}`));
  const refuse = (message: Said, hint?: Said) => new Refusal(message, hint);
  if (port === to) throw refuse(say({ en: 'port {port} cannot lead to itself', zh: '端口 {port} 不能指向自身' }, words));
  if (sshPorts.includes(port))
    throw refuse(say({ en: '{port} is how I come in to {host}; nothing was done', zh: '{port} 是我登录 {host} 的端口；未做任何操作' }, words));
  const [served] = here(port);
  if (served)
    throw refuse(
      say(
        { en: 'something listens at {at} on {host} already, and nobody would reach it any more', zh: '{host} 的 {at} 已有服务监听，重定向后将无法访问' },
        { ...words, at: served },
      ),
      say({ en: 'take another port, or stop that service first', zh: '请选其他端口，或先停止该服务' }),
    );
  const other = others.find((rule) => new RegExp(`dports? ({ )?(\\S+, ?)*${port}\\b`).test(rule));
  if (other)
    throw refuse(
      say(
        { en: 'a rule of someone else sends {port} of {host} elsewhere: {rule}', zh: '{host} 的 {port} 已被其他规则转向：{rule}' },
        { ...words, rule: other },
      ),
    );
  const ends = here(to);
  if (ends.length === 0)
    throw refuse(
      say({ en: 'nothing listens on port {to} of {host}', zh: '{host} 的端口 {to} 上没有监听' }, words),
      say({ en: 'start that service first', zh: '请先启动该服务' }),
    );
  if (ends.every((at) => /^(127\.|\[::1\])/.test(at)))
    throw refuse(
      say({ en: 'on {host} only loopback reaches port {to}: what is redirected would not', zh: '{host} 的端口 {to} 仅监听环回地址，重定向无法到达' }, words),
    );
}

/** The plan that makes these the redirects of a host, and keeps them over reboots: commit-confirmed. */
export async function planRedirects(
  look: Look,
  host: Host,
  found: Redirects,
  wanted: readonly Redirect[],
  { summary, undo, withinMs }: { readonly summary: Said; readonly undo: Plan['undo']; readonly withinMs: number | undefined },
): Promise<Plan> {
  const on = { site: host.site, host: host.name };
  const [node, probes] = await Promise.all([oneNodeAtATime(look, host), probesFor(look, host)]);
  const { risk, facts } = assess('medium', { host: host.name, wholeHost: false, running: 0 }, look.self, look.now());
  const exec = (why: Said, argv: ExecStep['argv'], stdin?: string): ExecStep => ({
    ...{ kind: 'exec', on, why, argv, timeoutMs: 60_000 },
    ...(stdin === undefined ? {} : { stdin }),
  });
  const put = (path: string, text: string) => exec(say({ en: 'write {path}', zh: '写入 {path}' }, { path }), putFile(path), text);
  const files =
    wanted.length > 0
      ? [put(REDIRECT_RULES, rulesText(found.has, wanted)), put(REDIRECT_UNIT, unitText(found.has))]
      : [REDIRECT_RULES, REDIRECT_UNIT].map((path) => exec(say({ en: 'remove {path}', zh: '删除 {path}' }, { path }), removeFile(path)));
  const left = leftOut(look, host);
  return {
    summary,
    steps: confirmed({
      on,
      id: look.ticket,
      save: [REDIRECT_RULES, REDIRECT_UNIT],
      restore: loadRedirects(),
      afterS: Math.round((withinMs ?? WITHIN.usual * 1000) / 1000),
      act: [...files, exec(say({ en: 'load them', zh: '加载' }), loadRedirects())],
      probes,
    }),
    facts: [
      {
        what: say({ en: 'redirects of {host} now', zh: '{host} 当前的重定向' }, { host: host.name }),
        value: found.own.map(({ port, to }) => `${port} → ${to}`).join(', ') || '-',
        at: look.now(),
        holds: `redirects ${host.name} ${JSON.stringify([found.own, found.loaded, found.boot, found.others, [...found.has]])}`,
      },
      ...node.facts,
      ...facts,
    ],
    locks: [{ name: `${host.site}/${host.name}/network` }, ...node.locks],
    risk,
    expects: disturbsHost(host),
    undo,
    notes: [
      say({ en: 'it stays over reboots: hostler-redirect.service loads it', zh: '重启后仍保留：由 hostler-redirect.service 加载' }),
      ...(left.length > 0
        ? [say({ en: 'not probed, as nobody of this site can: {names}', zh: '本站点无法执行，未探测：{names}' }, { names: left.join(', ') })]
        : []),
    ],
  };
}
