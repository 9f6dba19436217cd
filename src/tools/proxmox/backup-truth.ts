import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { type Said, say } from '../../core/words.ts';
import { answers, each, troubles } from '../each.ts';
import { type Archive, archivesOf } from './archives.ts';
import { notBackedUp } from './backup-jobs.ts';
import { blindness, silentNodes } from './cluster-guests.ts';
import { everySnapshot } from './datastore.ts';
import type { Snapshot } from './pbs-snapshots.ts';
import { type ResourceGuest, resources } from './resources.ts';

/** What is the worst about a guest's backups. `none`: there is none; `old`: the newest is older than eight days; `unproven`: none was ever verified. */
export type Worry = 'none' | 'failed' | 'old' | 'unproven' | 'jobless' | 'good';
const ORDER: readonly Worry[] = ['none', 'failed', 'old', 'unproven', 'jobless', 'good'];

/** How well a guest is backed up. Times in seconds since the epoch. `failed`: the newest backup is damaged. `covered` undefined: jobs could not be read. */
export interface Truth {
  readonly host: Host;
  readonly guest: ResourceGuest;
  readonly last: number | undefined;
  readonly verified: number | undefined;
  readonly failed: boolean;
  readonly covered: boolean | undefined;
  readonly worry: Worry;
}

/** Eight days: a weekly backup, and a day to spare. In seconds. */
const OLD = 8 * 86_400;

/** Every guest of every cluster of the request, the worst off first. What a backup server says of a backup wins over what the cluster has heard. */
export async function truth(look: Look): Promise<{ found: Truth[]; notes: Said[] }> {
  const of = (kind: Host['kind']) => look.hosts.filter((host) => host.kind === kind);
  const [asked, server] = await Promise.all([each(look, (host) => one(look, host), of('pve')), everySnapshot(look, of('pbs'))]);
  const known = new Map(server.found.map((snapshot) => [key(snapshot), snapshot]));
  const found = answers(asked).flatMap(({ host, value }) =>
    value.all.guests.map((guest): Truth => {
      const archives = value.archives.filter(({ vmid, type }) => vmid === guest.vmid && (type === undefined || type === guest.type));
      return {
        host,
        guest,
        ...judge(
          archives.map((archive) => withProof(archive, known)),
          value.left === undefined ? undefined : !value.left.includes(guest.vmid),
          look.now() / 1000,
        ),
      };
    }),
  );
  const sorted = found.sort((a, b) => ORDER.indexOf(a.worry) - ORDER.indexOf(b.worry) || (a.last ?? 0) - (b.last ?? 0) || a.guest.vmid - b.guest.vmid);
  return { found: sorted, notes: [...troubles(asked), ...answers(asked).flatMap(({ value }) => value.notes), ...server.notes] };
}

async function one(look: Look, host: Host) {
  const all = await look.read(host, resources());
  const [{ found, notes }, left] = await Promise.all([archivesOf(look, host, all), jobless(look, host)]);
  return {
    all,
    archives: found,
    left,
    notes: [
      ...silentNodes(host, all.nodes),
      ...(await blindness(look, host, all)),
      ...notes,
      ...(left === undefined ? [say({ en: '{host}: backup jobs could not be read', zh: '{host}：无法读取备份任务' }, { host: host.name })] : []),
    ],
  };
}

async function jobless(look: Look, host: Host): Promise<number[] | undefined> {
  try {
    return await look.read(host, notBackedUp());
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** The same backup has the same kind, number and second in a cluster and on its server. */
function key({ type, id, at }: Pick<Snapshot, 'type' | 'id' | 'at'>): string {
  return `${type}/${id}/${at}`;
}

function withProof(archive: Archive, known: ReadonlyMap<string, Snapshot>): Pick<Archive, 'at' | 'verified'> {
  const same = /\/(vm|ct)\/(\d+)\//.exec(archive.volid);
  const proof = same ? known.get(`${same[1]}/${same[2]}/${archive.at}`) : undefined;
  return { at: archive.at, verified: proof?.verified ?? archive.verified };
}

/** What a guest's backups come to; `now` in seconds since the epoch. */
export function judge(archives: readonly Pick<Archive, 'at' | 'verified'>[], covered: boolean | undefined, now: number): Omit<Truth, 'host' | 'guest'> {
  const newest = [...archives].sort((a, b) => b.at - a.at);
  const last = newest[0]?.at;
  const verified = newest.find((archive) => archive.verified === 'ok')?.at;
  const failed = newest[0]?.verified === 'failed';
  const worry: Worry =
    last === undefined ? 'none' : failed ? 'failed' : now - last > OLD ? 'old' : verified === undefined ? 'unproven' : covered === false ? 'jobless' : 'good';
  return { last, verified, failed, covered, worry };
}
