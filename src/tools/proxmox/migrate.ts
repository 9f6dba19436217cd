import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { Params } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { disturbsGuest } from '../expects.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, placeOf, where } from '../guests/naming.ts';
import { bytes } from '../units.ts';
import { nodeVersion } from './cluster.ts';
import { baseFacts, call, configFact, type Known, know, lockName, mustBeFree, type PveGuest, unless, weigh } from './guest.ts';
import { nodeOf, storageAt } from './guest-places.ts';
import { guestPath } from './guest-reads.ts';
import { roomFor } from './guest-room.ts';
import { haEnd, mustNotBeInError } from './ha.ts';
import { localDisks, obstacles, refusalWords } from './migrate-check.ts';
import { goesFact, preflightFact } from './migrate-facts.ts';
import { olderAt, spaceAt } from './migrate-hazards.ts';
import { type Preflight, preflight } from './preflight.ts';

/** Moves a guest to another node of its cluster: running where it can, a running container with a restart. Throws Refusal with all that is in the way. */
export async function migrate(
  look: Look,
  seen: PveGuest,
  { to, storage: typed }: { readonly to: string; readonly storage: string | undefined },
): Promise<Draft> {
  const target = nodeOf(seen, to);
  if (target === seen.node)
    throw new Refusal(
      say({ en: '{name} is on {target} already', zh: '{name} 已在 {target} 上' }, { name: exactly(seen), target }),
      say({ en: 'name another node', zh: '请指定其他节点' }),
    );
  const storage = typed === undefined ? undefined : storageAt(seen, typed, target, seen.type === 'lxc' ? 'rootdir' : 'images').storage;
  const [known, told, here, there] = await Promise.all([
    know(look, seen),
    ask(look, seen, target),
    unless(look.read(seen.host, nodeVersion(seen.node))),
    unless(look.read(seen.host, nodeVersion(target))),
  ]);
  const { guest, state } = known;
  mustBeFree(known);
  mustNotBeInError(known);
  const inTheWay = obstacles(known, target, told, storage);
  if (inTheWay.length > 0) {
    const { message, hint } = refusalWords(known, target, inTheWay);
    throw new Refusal(message, hint);
  }
  const live = state === 'running' || state === 'paused';
  const copied = localDisks(known, told);
  const { risk, facts } = weigh(look, known, 'medium', {
    ...(live ? roomFor(guest.all, target, known.now.memory || guest.memory) : {}),
    ...olderAt(target, here, there),
    ...spaceAt(known, target, storage, copied),
    localDisks: copied.map(({ name, size }) => `${name} (${bytes(size)})`),
  });
  const at = look.now();
  return {
    summary: say(
      { en: 'migrate {name} from {place} to {target}', zh: '将 {name} 从 {place} 迁移到 {target}' },
      { name: called(guest), place: placeOf(guest), target },
    ),
    steps: [
      call(guest, {
        method: 'POST',
        path: ['migrate'],
        params: paramsOf(known, target, storage, live, copied.length > 0),
        why: say({ en: 'migrate to {target}', zh: '迁移到 {target}' }, { target }),
        ...haEnd(known, live ? 'started' : 'stopped', target),
        stop: 'clean',
        timeoutMs: 12 * 3_600_000,
      }),
      {
        kind: 'wait',
        on: where(guest),
        // Also after a failure: “migration problems” may mean that it is there all the same.
        always: true,
        why: say({ en: 'until it is seen on {target}', zh: '直到在 {target} 上看到它' }, { target }),
        read: { path: guestPath({ ...guest, node: target }, 'status', 'current'), pick: 'data.status' },
        until: { is: live ? 'running' : 'stopped' },
        everyMs: 1000,
        timeoutMs: 20_000,
      },
    ],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      goesFact(known, target, live, at),
      preflightFact(known, told, { copied: copied.length, storage }, at),
      configFact(known, at),
    ],
    locks: [{ name: lockName(guest, target) }],
    risk,
    expects: disturbsGuest(guest.host, guest),
    undo: { command: `${guest.family} migrate`, input: { guest: exactly(guest), to: guest.node } },
    ...(storage === undefined
      ? {}
      : { notes: [say({ en: 'undo brings it back, but leaves its disks on {storage}', zh: '撤销会将其迁回，但磁盘仍留在 {storage}' }, { storage })] }),
  };
}

/** What the cluster says of it; undefined where its version does not say. */
async function ask(look: Look, guest: PveGuest, target: string): Promise<Preflight | undefined> {
  try {
    return await look.read(guest.host, preflight(guest, target));
  } catch (error) {
    if (error instanceof HostError && pveErrorOf(error)?.fault.kind === 'notImplemented') return undefined;
    throw error;
  }
}

function paramsOf({ guest }: Known, target: string, storage: string | undefined, live: boolean, copies: boolean): Params {
  if (guest.type === 'lxc') return { target, ...(live ? { restart: 1 } : {}), ...(storage === undefined ? {} : { 'target-storage': storage }) };
  return {
    target,
    ...(live ? { online: 1 } : {}),
    ...(live && copies ? { 'with-local-disks': 1 } : {}),
    ...(storage === undefined ? {} : { targetstorage: storage }),
  };
}
