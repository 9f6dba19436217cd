import { checkQuorum } from '../guests/find.ts';
import { isOption, LXC, numbered, QEMU, rootOnly } from '../guests/options.ts';
import { type Birth, create, restore } from '../guests/restore.ts';
import * as kinds from '../kinds.ts';
import { bool, int, type Table, text } from '../params.ts';
import { demand, may } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { type Config, type Guest, storageFault } from '../world.ts';

type Type = Guest['type'];

const COMMON: Table = {
  'vmid!': kinds.vmid,
  bwlimit: int(0),
  force: bool,
  'ha-managed': bool,
  pool: text(),
  start: bool,
  storage: kinds.storage,
  unique: bool,
};

/** Guests are made: empty ones, and of backups. */
export const CREATE: readonly Route[] = [
  {
    method: 'POST',
    path: '/nodes/{node}/qemu',
    params: { ...QEMU, ...COMMON, archive: text(), 'live-restore': bool, 'import-working-storage': kinds.storage },
    more: numbered('qemu'),
    run: (ask) => make(ask, 'qemu'),
  },
  {
    method: 'POST',
    path: '/nodes/{node}/lxc',
    params: { ...LXC, ...COMMON, 'ostemplate!': text(255), restore: bool, password: text(), 'ssh-public-keys': text(), 'ignore-unpack-errors': bool },
    more: numbered('lxc'),
    run: (ask) => make(ask, 'lxc'),
  },
];

function make(ask: Ask, type: Type): Answer {
  const { world, who, at, given } = ask;
  const vmid = given.number('vmid') ?? 0;
  const volid = type === 'qemu' ? given.text('archive') : given.flag('restore') ? given.text('ostemplate') : '';
  const restoring = volid !== '';
  const force = given.flag('force') ?? false;
  const there = world.guests.get(vmid);
  if (!(restoring && force && there && may(who, `/vms/${vmid}`, 'VM.Backup'))) demand(who, `/vms/${vmid}`, 'VM.Allocate');
  if (given.has('storage')) demand(who, `/storage/${given.text('storage')}`, 'Datastore.AllocateSpace');
  checkQuorum(world);
  const options = optionsOf(ask, type);
  const [word, verb] = [type === 'qemu' ? 'VM' : 'CT', restoring ? 'restore' : 'create'];
  if (there) replaceable(there, type, at.name, restoring && force, word, verb);
  const birth: Birth = {
    type,
    vmid,
    node: at.name,
    options,
    storage: given.text('storage'),
    unique: given.flag('unique') ?? false,
    start: given.flag('start') ?? false,
  };
  const task = { node: at.name, id: String(vmid), user: who.id };
  if (!restoring) return ok(fork(world, { ...task, type: type === 'qemu' ? 'qmcreate' : 'vzcreate' }, (work) => create(work, birth)));
  const backup = world.backups.find(volid);
  const fault = storageFault(world, volid.split(':')[0] ?? '', at.name);
  if (fault !== undefined) throw die(fault);
  if (!backup) throw die(`volume '${volid}' does not exist`);
  return ok(fork(world, { ...task, type: type === 'qemu' ? 'qmrestore' : 'vzrestore' }, (work) => restore(work, birth, backup)));
}

function replaceable(there: Guest, type: Type, node: string, allowed: boolean, word: string, verb: string): void {
  const { vmid } = there;
  const exists = `${there.type === 'qemu' ? 'VM' : 'CT'} ${vmid} already exists on node '${there.node}'`;
  if (!allowed || there.type !== type || there.node !== node) throw die(type === 'qemu' ? `unable to create VM ${vmid} - ${exists}` : exists);
  if (Number(there.config.protection ?? 0) === 1) throw die(`unable to ${verb} ${word} ${vmid} - protection mode enabled`);
  if (there.config.lock !== undefined) throw die(`unable to ${verb} ${word} ${vmid} - ${word} is locked (${there.config.lock})`);
  if (there.status !== 'stopped') throw die(`unable to ${verb} ${word} ${vmid} - ${type === 'qemu' ? 'vm' : 'container'} is running`);
}

function optionsOf({ given }: Ask, type: Type): Config {
  const options: Config = {};
  for (const [name, value] of Object.entries(given.all)) {
    if (!isOption(type, name) || typeof value === 'object' || name === 'node' || name === 'vmid') continue;
    const refused = rootOnly(type, name, String(value));
    if (refused !== undefined) throw die(refused);
    options[name] = value;
  }
  if (type === 'lxc' && !given.flag('restore') && !/^[\w.-]+:vztmpl\//.test(given.text('ostemplate')))
    throw badParams({ ostemplate: 'unable to parse volume ID' });
  return options;
}
