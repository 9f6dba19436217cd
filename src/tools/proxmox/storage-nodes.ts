import { answer, type Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { named } from './cluster-guests.ts';
import { mustBeQuorate } from './cluster-view.ts';
import { findStorage, storageLock, storageTarget } from './storage.ts';
import { configFact, guestWords } from './storage-facts.ts';
import { guestsOn, volumesOf } from './storage-volumes.ts';
import { sightWords } from './storage-words.ts';
import { changeStorage } from './storages.ts';

const ALL = say({ en: 'all nodes', zh: '全部节点' });

/** Keeps a storage to some nodes, or to none in particular (`all`). Refused while a guest of a node that would lose it has a disk on it. */
export async function nodesPlan(look: Look, typed: string, wanted: readonly string[]): Promise<Plan> {
  const one = await findStorage(look, typed);
  const { host, storage, sight, all, asked, notes } = one;
  const name = storage.storage;
  const about = [named(host, asked)];
  const every = all.nodes.map(({ node }) => node);
  const unknown = wanted.find((node) => node !== 'all' && !every.includes(node));
  if (unknown !== undefined)
    throw new Refusal(
      say({ en: '{host} has no node “{unknown}”', zh: '{host} 没有节点“{unknown}”' }, { host: host.name, unknown }),
      say({ en: 'there is: {every}', zh: '现有：{every}' }, { every: list(every) }),
      about,
    );
  if (wanted.includes('all') && wanted.length > 1) throw new Refusal(say({ en: 'say `all`, or name nodes', zh: '请只写 `all`，或列出节点' }), undefined, about);
  const to = wanted.includes('all') ? [] : [...new Set(wanted)].sort();
  const words = (nodes: readonly string[]) => (nodes.length > 0 ? list(nodes) : ALL);
  if (to.join() === storage.nodes.join())
    return answer(
      say({ en: '{name} of {host} is kept to {to} already', zh: '{host} 的 {name} 已限定于：{to}' }, { name, host: host.name, to: words(to) }),
      [],
      { notes: [...notes], about },
    );
  await mustBeQuorate(look, [host]);
  const { found, notes: unseen } = await volumesOf(look, one);
  const losing = to.length === 0 ? [] : every.filter((node) => !to.includes(node) && (storage.nodes.length === 0 || storage.nodes.includes(node)));
  const stranded = guestsOn(one, found).filter(({ node }) => losing.includes(node));
  if (stranded.length > 0) {
    throw new Refusal(
      say(
        { en: '{guests} would lose a disk: it is on {name}, and they are on {losing}', zh: '{guests} 会失去磁盘：磁盘在 {name} 上，而它们在 {losing} 上' },
        { guests: guestWords(stranded), name, losing: list(losing) },
      ),
      say({ en: 'migrate them first, or keep it on their nodes', zh: '请先迁移它们，或保留其所在节点' }),
      about,
    );
  }
  const at = look.now();
  const blind = losing.filter((node) => sight.some((seen) => seen.node === node && seen.sight === 'off'));
  return {
    summary: say({ en: 'keep storage {name} of {host} to {to}', zh: '将 {host} 的存储 {name} 限定于：{to}' }, { name, host: host.name, to: words(to) }),
    steps: [
      {
        ...changeStorage(storage, to.length > 0 ? { nodes: to.join(',') } : { delete: 'nodes' }, { nodes: to.length > 0 ? to.join(',') : null }),
        on: storageTarget(one),
        why: say({ en: 'keep it to {to}', zh: '限定于：{to}' }, { to: words(to) }),
      },
    ],
    facts: [
      configFact(one, at),
      { what: say({ en: 'kept to, so far', zh: '当前限定' }), value: words(storage.nodes), at, holds: `nodes ${host.name} ${name} ${storage.nodes.join(' ')}` },
      {
        what: say({ en: 'seen now', zh: '当前状态' }),
        value: list(sight.map(({ node, sight: how }) => say({ en: '{node} {how}', zh: '{node} {how}' }, { node, how: sightWords(how) }))),
        at,
        holds: `sight ${sight.map(({ node, sight: how }) => `${node}=${how}`).join(' ')}`,
      },
      {
        what: say({ en: 'guests that lose a disk', zh: '失去磁盘的客户机' }),
        value: blind.length > 0 ? say({ en: 'not known: {blind} is off', zh: '未知：{blind} 离线' }, { blind: list(blind) }) : say({ en: 'none', zh: '无' }),
        at,
        holds: `stranded ${blind.join(' ')}`,
      },
    ],
    locks: [storageLock(one)],
    risk: blind.length > 0 || unseen.length > 0 ? 'high' : 'medium',
    undo: { command: 'storage nodes', input: { storage: `${host.name}/${name}`, nodes: storage.nodes.length > 0 ? [...storage.nodes] : ['all'] } },
    about,
    notes: [...notes, ...unseen],
  };
}
