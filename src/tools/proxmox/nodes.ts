import type { Host, Look } from '../../core/command.ts';
import { Absent, HostError, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import { list, say } from '../../core/words.ts';

/** The cluster and name of a node typed as `pve1` or `alpha/pve1`. Throws Absent, or Refusal when two clusters have one of that name. */
export function findNode(look: Look, typed: string): { host: Host; node: string } {
  const slash = typed.indexOf('/');
  const node = typed.slice(slash + 1);
  const hosts = look.hosts.filter((host) => slash < 0 || host.name === typed.slice(0, slash));
  const having = hosts.filter((host) => host.nodes?.some(({ name }) => name === node));
  const [host, ...others] = having;
  if (host && others.length === 0) return { host, node };
  if (host) {
    throw new Refusal(
      say({ en: '“{node}” is in more than one cluster', zh: '多个集群都有节点“{node}”' }, { node }),
      say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list(having.map(({ name }) => `${name}/${node}`)) }),
    );
  }
  const known = hosts.flatMap((one) => (one.nodes ?? []).map(({ name }) => name));
  throw new Absent(say({ en: 'there is no node “{typed}”', zh: '没有节点“{typed}”' }, { typed }), nearest(node, known));
}

/** Refuses, saying so, what a node does not answer because it is off. */
export function offline(node: string, error: unknown): never {
  if (!(error instanceof HostError)) throw error;
  throw new Refusal(
    say({ en: 'node {node} could not be asked: {trouble}', zh: '无法查询节点 {node}：{trouble}' }, { node, trouble: error.said }),
    error.trouble === 'failed' && pveErrorOf(error)?.fault.kind === 'permission'
      ? undefined
      : say({ en: '`cluster status` shows which nodes are on', zh: '可用 `cluster status` 查看哪些节点在线' }),
  );
}
