import { needs, needsAny } from '../gates.ts';
import { bool, oneOf, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';

const disks = needsAny('/nodes/{node}', 'Sys.Audit', 'Datastore.Audit');
const node = '/nodes/{node}';
const DISKS = ['/dev/nvme0n1', '/dev/nvme1n1'];

/** The disks of a node, and what is made of them. */
export const DISK_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${node}/disks/list`,
    gate: disks,
    params: { 'include-partitions': bool, skipsmart: bool, type: oneOf('unused', 'journal_disks') },
    run: list,
  },
  { method: 'GET', path: `${node}/disks/smart`, gate: disks, params: { 'disk!': text(), healthonly: bool }, run: smart },
  { method: 'GET', path: `${node}/disks/zfs`, gate: needs('/', 'Sys.Audit'), run: () => ok([pool()]) },
  { method: 'GET', path: `${node}/disks/zfs/{name}`, gate: needs('/', 'Sys.Audit'), run: zfs },
  { method: 'GET', path: `${node}/disks/lvm`, gate: needs('/', 'Sys.Audit'), run: () => ok({ leaf: 0, children: [] }) },
  { method: 'GET', path: `${node}/disks/lvmthin`, gate: needs('/', 'Sys.Audit'), run: () => ok([]) },
  { method: 'GET', path: `${node}/disks/directory`, gate: needs('/', 'Sys.Audit'), run: () => ok([]) },
];

const pool = () => ({ name: 'rpool', size: 900 * 2 ** 30, alloc: 310 * 2 ** 30, free: 590 * 2 ** 30, frag: 12, dedup: 1, health: 'ONLINE' });

function list() {
  const like = { type: 'nvme', size: 960 * 10 ** 9, model: 'Practice NVMe', vendor: 'unknown', used: 'ZFS', health: 'PASSED', wearout: 97, gpt: 1, rpm: 0 };
  return ok(
    DISKS.map((devpath, at) => ({
      devpath,
      serial: `S0000${at}`,
      wwn: 'unknown',
      by_id_link: `/dev/disk/by-id/nvme-S0000${at}`,
      osdid: -1,
      'osdid-list': null,
      mounted: 0,
      ...like,
    })),
  );
}

function known({ text: given }: Ask): void {
  if (!/^\/dev\/[a-zA-Z0-9/]+$/.test(given('disk'))) throw badParams({ disk: 'value does not match the regex pattern' });
  if (!DISKS.includes(given('disk'))) throw die(`${given('disk')} is not a valid block device`);
}

function smart(ask: Ask) {
  known(ask);
  if (ask.given.flag('healthonly')) return ok({ health: 'PASSED' });
  return ok({ health: 'PASSED', type: 'text', wearout: 97, text: '\nSMART/Health Information\nCritical Warning: 0x00\nTemperature: 38 Celsius\n' });
}

function zfs({ text: given }: Ask) {
  if (given('name') !== 'rpool') throw die(`cannot open '${given('name')}': no such pool`);
  const leaf = (name: string, more: object = {}) => ({ name, state: 'ONLINE', read: 0, write: 0, cksum: 0, msg: '', leaf: 1, ...more });
  const mirror = { ...leaf('mirror-0'), leaf: 0, children: DISKS.map((disk) => leaf(disk.replace('/dev/', ''))) };
  return ok({
    name: 'rpool',
    state: 'ONLINE',
    scan: 'none requested',
    errors: 'No known data errors',
    leaf: 0,
    children: [{ ...leaf('rpool'), leaf: 0, children: [mirror] }],
  });
}
