import { Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { didYouMean } from '../../core/parse.ts';
import { list, say } from '../../core/words.ts';
import type { PveGuest } from './guest.ts';
import type { ResourceStorage, Resources } from './resources.ts';

/** The node of the guest's own cluster that was typed, as `pve2` or `alpha/pve2`. Throws Refusal when there is none, or when it is off. */
export function nodeOf({ host, all }: PveGuest, typed: string): string {
  const name = within(host.name, typed);
  const node = all.nodes.find((one) => one.node === name);
  const names = all.nodes.map((one) => one.node);
  const near = nearest(name, names);
  if (!node)
    throw new Refusal(
      say({ en: 'cluster {host} has no node “{name}”', zh: '集群 {host} 没有节点“{name}”' }, { host: host.name, name }),
      near.length > 0 ? didYouMean(near) : say({ en: 'it has: {names}', zh: '现有：{names}' }, { names: list(names) }),
    );
  if (node.status !== 'online')
    throw new Refusal(
      say({ en: 'node {name} is offline', zh: '节点 {name} 已离线' }, { name }),
      say(
        { en: 'online are: {names}', zh: '在线节点：{names}' },
        { names: list(all.nodes.filter(({ status }) => status === 'online').map((one) => one.node)) },
      ),
    );
  return name;
}

/** A storage as a node sees it, that holds such volumes. Throws Refusal with those that would do. */
export function storageAt({ host, all }: PveGuest, typed: string, node: string, content: 'images' | 'rootdir'): ResourceStorage {
  const name = within(host.name, typed);
  const fit = storagesAt(all.storages, node, content);
  const found = fit.find(({ storage }) => storage === name);
  if (found) return found;
  const why = all.storages.some(({ storage, node: on }) => storage === name && on === node)
    ? say({ en: 'storage {name} is not ready on {node}, or holds no disks', zh: '存储 {name} 在 {node} 上不可用，或不能存放磁盘' }, { name, node })
    : say({ en: 'there is no storage “{name}” on {node}', zh: '{node} 上没有存储“{name}”' }, { name, node });
  throw new Refusal(why, say({ en: 'there is: {names}', zh: '可用：{names}' }, { names: list(fit.map(({ storage }) => storage)) }));
}

/** The storages of a node that are ready and hold such volumes. */
export function storagesAt(storages: readonly ResourceStorage[], node: string, content: 'images' | 'rootdir'): ResourceStorage[] {
  return storages.filter((one) => one.node === node && one.status === 'available' && one.content.includes(content));
}

/** What comes after `cluster/`. Throws Refusal for another cluster's. */
function within(cluster: string, typed: string): string {
  const slash = typed.indexOf('/');
  if (slash >= 0 && typed.slice(0, slash) !== cluster)
    throw new Refusal(
      say({ en: '“{typed}” is not in cluster {cluster}', zh: '“{typed}”不在集群 {cluster} 中' }, { typed, cluster }),
      say({ en: 'a guest stays in its cluster', zh: '客户机只能留在所属集群内' }),
    );
  return typed.slice(slash + 1);
}

/** A storage as a node sees it, out of `/cluster/resources`. */
export function storageOn({ storages }: Resources, storage: string, node: string) {
  return storages.find((one) => one.storage === storage && one.node === node);
}
