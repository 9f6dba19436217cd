import { needs, needsAny } from '../gates.ts';
import { disksOf } from '../guests/disks.ts';
import { demandOn } from '../guests/figures.ts';
import { checkLock, checkWritable, flocked, guestAt } from '../guests/find.ts';
import { isOption, LXC, numbered, privilegeFor, QEMU, rootOnly } from '../guests/options.ts';
import { changeConfig, digestOf, pendingRows, withPending } from '../guests/pending.ts';
import { sizedDrive } from '../guests/volumes.ts';
import * as kinds from '../kinds.ts';
import { bool, int, type Table } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Guest } from '../world.ts';

type Type = Guest['type'];

const WRITE: Table = { delete: kinds.configIds, digest: kinds.digest, revert: kinds.configIds };
const EXTRA: { readonly [type in Type]: Table } = {
  qemu: { ...QEMU, ...WRITE, skiplock: bool, force: bool, background_delay: int(1, 30), 'import-working-storage': kinds.storage },
  lxc: { ...LXC, ...WRITE },
};
const CONFIG_PRIVILEGES = [
  'VM.Config.Disk',
  'VM.Config.CDROM',
  'VM.Config.CPU',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.HWType',
  'VM.Config.Options',
] as const;

/** Configs of guests: read, change, what is pending. */
export const CONFIG: readonly Route[] = (['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => {
  const path = `/nodes/{node}/${type}/{vmid}`;
  const write = { path: `${path}/config`, params: EXTRA[type], more: numbered(type), gate: needsAny('/vms/{vmid}', ...CONFIG_PRIVILEGES) };
  return [
    {
      method: 'GET',
      path: `${path}/config`,
      params: { current: bool, snapshot: kinds.snapname },
      gate: needs('/vms/{vmid}', 'VM.Audit'),
      run: (ask) => read(ask, type),
    },
    { method: 'GET', path: `${path}/pending`, gate: needs('/vms/{vmid}', 'VM.Audit'), run: (ask) => ok(pendingRows(guestAt(ask, type))) },
    { method: 'PUT', ...write, run: (ask) => put(ask, type) },
    ...(type === 'qemu' ? [{ method: 'POST', ...write, run: post } as const] : []),
  ];
});

function read(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const name = ask.text('snapshot');
  if (name !== '') {
    const found = guest.snapshots.find((one) => one.name === name);
    if (!found) throw die(`snapshot '${name}' does not exist`);
    return ok({ ...found.config, digest: digestOf(guest), snaptime: found.at });
  }
  return ok({ ...(ask.given.flag('current') ? guest.config : withPending(guest)), digest: digestOf(guest) });
}

async function put(ask: Ask, type: Type): Promise<Answer> {
  const guest = guestAt(ask, type);
  const changes = wanted(ask, guest);
  await flocked(ask.world, guest, () => change(ask, guest, changes));
  return ok();
}

/** The same as a task: what is wrong with the names is said at once, what is wrong with the guest as well. */
function post(ask: Ask): Answer {
  const guest = guestAt(ask, 'qemu');
  const changes = wanted(ask, guest);
  verify(ask, guest);
  const task = { node: ask.at.name, type: 'qmconfig', id: String(guest.vmid), user: ask.who.id };
  return ok(
    fork(ask.world, task, async (work) => {
      await work.wait(200);
      await flocked(ask.world, guest, () => change(ask, guest, changes), work.task.stop.signal);
    }),
  );
}

/** What is to change; undefined takes an option away. Throws what names and privileges are refused for. */
function wanted({ given, who }: Ask, guest: Guest): ReadonlyMap<string, string | number | undefined> {
  const { type, vmid } = guest;
  if (given.flag('skiplock')) throw badParams({ skiplock: 'Only root may use this option.' });
  const changes = new Map<string, string | number | undefined>();
  for (const name of [...given.list('delete'), ...given.list('revert')])
    if (!isOption(type, name)) throw badParams({ [given.list('delete').includes(name) ? 'delete' : 'revert']: `unknown option '${name}'` });
  for (const name of given.list('delete')) {
    if (given.has(name)) throw badParams({ delete: `you can't use '-${name}' and -delete ${name}' at the same time` });
    changes.set(name, undefined);
  }
  for (const [name, value] of Object.entries(given.all)) if (isOption(type, name) && typeof value !== 'object') changes.set(name, stored(name, value));
  if (changes.size === 0 && !given.has('revert')) throw die('no options specified');
  for (const [name, value] of changes) {
    const refused = rootOnly(type, name, String(value ?? guest.config[name] ?? ''));
    if (refused !== undefined) throw die(refused);
    demandOn(who, vmid, privilegeFor(type, name, String(value ?? guest.config[name] ?? '')));
  }
  return changes;
}

function stored(name: string, value: string | number): string | number {
  if (name !== 'tags') return value;
  return [
    ...new Set(
      String(value)
        .toLowerCase()
        .split(/[;, ]+/)
        .filter((tag) => tag !== ''),
    ),
  ]
    .sort()
    .join(';');
}

function verify({ given }: Ask, guest: Guest): void {
  if (given.has('digest') && given.text('digest') !== digestOf(guest))
    throw die(
      guest.type === 'qemu' ? 'checksum mismatch (file change by other user?)' : 'detected modified configuration - file changed by other user? Try again.',
    );
  checkLock(guest);
}

function change(ask: Ask, guest: Guest, changes: ReadonlyMap<string, string | number | undefined>): void {
  verify(ask, guest);
  checkWritable(ask.world, guest);
  for (const name of ask.given.list('revert')) guest.pending.delete(name);
  const next = new Map([...changes].map(([name, value]) => [name, value === undefined ? value : sizedDrive(ask.world, guest, name, value)]));
  changeConfig(guest, new Map([...detached(guest, changes), ...next]));
}

/** A drive that is taken away is kept as an unused one. */
function detached(guest: Guest, changes: ReadonlyMap<string, string | number | undefined>): ReadonlyMap<string, string> {
  const gone = disksOf(guest.type, guest.config).filter(
    ({ key, cdrom, storage }) => changes.has(key) && changes.get(key) === undefined && !cdrom && storage !== undefined,
  );
  const free = Array.from({ length: 256 }, (_, at) => `unused${at}`).filter((name) => !(name in guest.config));
  return new Map(gone.filter(({ key }) => !key.startsWith('unused')).map(({ volid }, at) => [free[at] ?? 'unused255', volid]));
}
