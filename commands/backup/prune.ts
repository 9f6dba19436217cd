import { guest as guestName, storage as storageName } from '../../src/core/args.ts';
import { apiPath } from '../../src/core/call.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, type Said, say } from '../../src/core/words.ts';
import { asked, pruneHost } from '../../src/tools/hostbackup/prune.ts';
import { aboutHosts, amongHosts, mustBeOne, oneNamed } from '../../src/tools/hostbackup.ts';
import { archives, type Shelf, shelves } from '../../src/tools/proxmox/archives.ts';
import { type Clusters, clusters, guestNames, named, oneGuest } from '../../src/tools/proxmox/cluster-guests.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { keepingOf, pruneMarks } from '../../src/tools/proxmox/prune.ts';
import { type DryRun, dryFacts, dryTable, keepOptions, mustKeep } from '../../src/tools/proxmox/prune-plan.ts';

/** Removes older backups of a guest or host, or of all guests on a storage, by what is to be kept; the card shows what goes before it goes. */
export default command({
  summary: { en: 'Remove older backups of a guest, host or storage', zh: '清理客户机、主机或存储上的旧备份' },
  examples: ['backup prune gitlab --keep-last 1', 'backup prune gitlab --storage pbs --keep-last 1', 'backup prune web1/etc', 'backup prune db1 --keep-last 1'],
  risk: 'high',
  kinds: ['pve', 'linux', 'libvirt'],
  among: amongHosts('of'),
  args: { of: guestName() },
  options: { storage: storageName().optional(), ...keepOptions() },
  async plan({ of, storage, ...options }, look) {
    const own = oneNamed(look, of);
    const seen = await clusters(look);
    if (own) {
      mustBeOne([of], [own], guestNames(seen));
      return { ...(await pruneHost(look, own, asked(keepingOf(options)))), about: aboutHosts([of], [own]) };
    }
    const keep = mustKeep(keepingOf(options));
    const { host, vmid, about, shelf } = chosen(seen, of, storage);
    const guests = seen.answers.find((one) => one.host === host)?.value.guests ?? [];
    const marked = async (one: Shelf): Promise<DryRun[]> => {
      const [dry, known] = await Promise.all([
        look.read(host, pruneMarks(one.node, one.storage, keep, vmid)),
        orElse(look.read(host, archives(one, vmid)), []),
      ]);
      const proofs = new Map(known.map(({ volid, verified }) => [volid, verified]));
      return dry.map(({ volid, mark, at, vmid: id }) => {
        const of = guests.find((guest) => guest.vmid === id)?.name ?? String(id ?? '?');
        return { name: volid, at, mark, of, verified: proofs.get(volid) };
      });
    };
    const each = await Promise.all(
      shelf.map(async (one) => ({
        shelf: one,
        marks: await marked(one),
      })),
    );
    const marks = each.flatMap((one) => one.marks);
    const touched = each.filter((one) => one.marks.some(({ mark }) => mark === 'remove'));
    const on = list(touched.map((one) => one.shelf.storage));
    if (touched.length === 0)
      return answer(say({ en: 'nothing to remove: {keep} keeps every backup', zh: '没有可删除的：{keep} 会保留全部备份' }, { keep }), [dryTable(marks)], {
        notes: [...seen.notes],
        about,
        listed: seen.listed,
      });
    const at = look.now();
    return {
      summary: summary(marks.filter(({ mark }) => mark === 'remove').length, vmid === undefined ? undefined : of, on, keep),
      answer: [dryTable(marks)],
      steps: touched.map(({ shelf: { node, storage: name } }) => ({
        kind: 'api',
        on: { site: host.site, host: host.name, name },
        why: say({ en: 'remove them from {name} ({node})', zh: '从 {name}（{node}）删除' }, { name, node }),
        method: 'DELETE',
        path: apiPath`/nodes/${node}/storage/${name}/prunebackups`,
        params: { 'prune-backups': keep, ...(vmid === undefined ? {} : { vmid }) },
        stop: 'never',
        timeoutMs: 6 * 3_600_000,
      })),
      facts: dryFacts(marks, at),
      locks: touched.map(({ shelf: one }) => ({ name: `${host.site}/${host.name}/storage:${one.storage}` })),
      risk: 'high',
      undo: { impossible: say({ en: 'removed backups cannot be brought back', zh: '删除的备份无法恢复' }) },
      about,
      listed: seen.listed,
      notes: [...seen.notes],
    };
  },
});

function summary(n: number, of: string | undefined, on: Said, keep: string): Said {
  const values = { n, of: of ?? '', on, keep };
  return of === undefined
    ? say({ en: 'remove {n} of the backups on {on}, keeping by {keep}', zh: '按 {keep} 保留，删除 {on} 上的 {n} 个备份' }, values)
    : say({ en: 'remove {n} of the backups of {of} on {on}, keeping by {keep}', zh: '按 {keep} 保留，删除 {on} 上 {of} 的 {n} 个备份' }, values);
}

/** A guest's backups on one storage or all, or a whole storage by its name. A guest wins over a storage of the same name. */
function chosen(seen: Clusters, of: string, storage: string | undefined) {
  const name = of.slice(of.indexOf('/') + 1);
  const isGuest = seen.answers.some(({ value }) => value.guests.some((guest) => guest.name === name || String(guest.vmid) === name));
  const whole = seen.answers.flatMap(({ host, value }) =>
    of.includes('/') && !of.startsWith(`${host.name}/`)
      ? []
      : shelves(value)
          .filter((one) => one.storage === name)
          .map((one) => ({ host, one })),
  );
  const [first] = whole;
  if (!isGuest && first) {
    if (whole.some(({ host }) => host !== first.host))
      throw new Refusal(
        say({ en: 'more than one cluster has a storage “{name}”', zh: '多个集群都有存储“{name}”' }, { name }),
        say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list(whole.map(({ host }) => `${host.name}/${name}`)) }),
      );
    return { host: first.host, vmid: undefined, about: [named(first.host, name)], shelf: active(whole.map(({ one }) => one)) };
  }
  const { host, guest, all } = oneGuest(seen, of);
  const wanted = storage?.slice(storage.indexOf('/') + 1);
  const shelf = shelves(all).filter((one) => wanted === undefined || one.storage === wanted);
  if (shelf.length === 0)
    throw new Refusal(
      say({ en: 'there is no storage “{wanted}” that holds backups', zh: '没有存放备份的存储“{wanted}”' }, { wanted: wanted ?? '' }),
      say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list([...new Set(shelves(all).map((one) => one.storage))]) }),
    );
  return { host, vmid: guest.vmid, about: [named(host, of.slice(of.indexOf('/') + 1))], shelf: active(shelf) };
}

function active(shelf: readonly Shelf[]): Shelf[] {
  const seen = shelf.filter((one) => one.active);
  if (seen.length === 0) throw new Refusal(say({ en: 'no node sees {storage} now', zh: '目前没有节点能看到 {storage}' }, { storage: shelf[0]?.storage ?? '' }));
  return seen;
}
