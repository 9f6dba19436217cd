import { type Call, effect, fail, type Program } from '../../program.ts';
import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';
import { flatOf } from './disks.ts';

const GIB = 1024 ** 3;
const EXTENT = 4 * 1024 ** 2;
const json = (kind: string, rows: readonly object[]) => `${JSON.stringify({ report: [{ [kind]: rows }] }, undefined, 4)}\n`;
const images = (machine: Machine) => flatOf(machine).find(({ name }) => name === '/dev/mapper/vg0-images');

function lvmShow({ machine, out }: Call): number {
  const volume = images(machine);
  const size = 400 * GIB - EXTENT;
  const free = size - (volume?.size ?? 0);
  const has = <T>(row: T): T[] => (volume ? [row] : []);
  out(json('pv', has({ pv_name: '/dev/sdc', vg_name: 'vg0', pv_size: String(size), pv_free: String(free), pv_missing: '' })));
  out(`==\n${json('vg', has({ vg_name: 'vg0', vg_size: String(size), vg_free: String(free), vg_extent_size: String(EXTENT), vg_missing_pv_count: '0' }))}`);
  const row = {
    lv_name: 'images',
    vg_name: 'vg0',
    lv_path: '/dev/vg0/images',
    lv_size: String(volume?.size ?? 0),
    lv_attr: '-wi-ao----',
    segtype: 'linear',
    devices: '/dev/sdc(0)',
  };
  out(`==\n${json('lv', has({ ...row, copy_percent: '', lv_health_status: '', data_percent: '', metadata_percent: '' }))}`);
  return 0;
}

function lvextend(call: Call): number {
  const volume = images(call.machine);
  const by = /^\+(\d+)b$/.exec(call.argv[call.argv.indexOf('-L') + 1] ?? '')?.[1];
  if (!volume || !by || call.argv.at(-1) !== 'vg0/images') return fail(call, '  Failed to find logical volume', 5);
  volume.size += Number(by);
  volume.fsSize = volume.size;
  effect(call, 'lvextend', call.argv.at(-1) ?? '');
  return 0;
}

interface Record_ {
  readonly iqn: string;
  readonly portal: string;
  startup: string;
  connStartup: string;
  open: boolean;
  readonly disk: string;
}
const targetsOf = kept((machine): { readonly known: Record_[] } => ({
  known:
    machine.name === 'pve1'
      ? ['vault', 'idle'].map((name, i) => ({
          iqn: `iqn.2020-01.org.example:${name}`,
          portal: '192.0.2.200:3260',
          startup: i === 0 ? 'automatic' : 'manual',
          connStartup: i === 0 ? 'automatic' : 'manual',
          open: true,
          disk: i === 0 ? 'sde' : 'sdf',
        }))
      : [],
}));

function iscsiShow({ machine, out }: Call): number {
  const { known } = targetsOf(machine);
  for (const one of known) out(`== node ${one.portal} ${one.iqn}\nnode.startup = ${one.startup}\nnode.conn[0].startup = ${one.connStartup}\n`);
  out('== sessions\n');
  for (const one of known.filter(({ open }) => open))
    out(
      `Target: ${one.iqn} (non-flash)\n\tCurrent Portal: ${one.portal},1\n\tPersistent Portal: ${one.portal},1\n\t\tiSCSI Session State: LOGGED_IN\n\t\tAttached scsi disk ${one.disk}\t\tState: running\n`,
    );
  return 0;
}

function iscsiadm(call: Call): number {
  const { argv, machine } = call;
  const { known } = targetsOf(machine);
  if (argv.includes('discovery')) {
    const portal = argv.at(-1) ?? '';
    if (!known.some(({ iqn }) => iqn.endsWith(':spare')))
      known.push({ iqn: 'iqn.2020-01.org.example:spare', portal, startup: 'manual', connStartup: 'manual', open: false, disk: 'sdj' });
    for (const one of known) call.out(`${one.portal},1 ${one.iqn}\n`);
    return 0;
  }
  const found = known.find(({ iqn }) => iqn === argv[argv.indexOf('-T') + 1]);
  if (!found) return fail(call, 'iscsiadm: No records found', 21);
  if (argv.includes('--login')) found.open = true;
  else if (argv.includes('--logout')) found.open = false;
  else return fail(call, 'iscsiadm: the practice hosts log in and out only', 7);
  effect(call, 'iscsiadm', argv.at(-1) ?? '', found.iqn);
  return 0;
}

const target = (call: Call) => targetsOf(call.machine).known.find(({ iqn }) => iqn === call.argv[1]);

/** A disk of no great age, in the JSON of smartctl 7. */
function smart(call: Call): number {
  for (const name of call.argv.slice(1)) {
    const found = flatOf(call.machine).find((one) => one.name === name);
    const none = found?.tran === 'iscsi' || found?.tran === 'mmc';
    const attribute = (id: number, title: string, value: number, raw: number) => ({
      id,
      name: title,
      value,
      worst: value,
      thresh: 10,
      raw: { value: raw, string: String(raw) },
    });
    const body = none
      ? { smartctl: { version: [7, 3], messages: [{ string: `${name}: Unable to detect device type`, severity: 'error' }], exit_status: 1 } }
      : {
          smartctl: { version: [7, 3], exit_status: 0 },
          model_name: found?.model,
          smart_status: { passed: true },
          temperature: { current: 31 },
          power_on_time: { hours: 21_874 },
          ata_smart_attributes: {
            table: [
              attribute(5, 'Reallocated_Sector_Ct', 100, 0),
              attribute(177, 'Wear_Leveling_Count', 93, 62),
              attribute(197, 'Current_Pending_Sector', 100, 0),
            ],
          },
        };
    call.out(`== ${name}\n${JSON.stringify({ json_format_version: [1, 0], ...body }, undefined, 2)}\n\n`);
  }
  return 0;
}

/** A program that is there and used through the bot's scripts only. */
const there: Program = (call) => fail(call, `${call.argv[0]}: the practice hosts run this only as part of a command`);

export const otherPrograms: { readonly [name: string]: Program } = {
  lvextend,
  iscsiadm,
  lvs: (call) => {
    call.out(`  ${images(call.machine)?.size ?? 0}\n`);
    return 0;
  },
  ...Object.fromEntries(['pvs', 'vgs', 'mount', 'wipefs', 'mkfs.ext4', 'mkfs.xfs', 'dumpe2fs', 'xfs_info', 'smartctl'].map((name) => [name, there])),
};

export const otherScripts: { readonly [name: string]: Program } = {
  'lvm-show': lvmShow,
  'raid-show': (call) => {
    call.out('Personalities : \nunused devices: <none>\n');
    return 0;
  },
  'iscsi-show': iscsiShow,
  'iscsi-session': (call) => {
    if (target(call)?.open) call.out('in\n');
    return 0;
  },
  'iscsi-startup': (call) => {
    const found = target(call);
    if (!found) return fail(call, 'iscsiadm: No records found', 21);
    const value = call.argv[3] ?? '';
    Object.assign(found, { startup: value, connStartup: value });
    effect(call, 'iscsi-startup', found.iqn, value);
    return 0;
  },
  'iscsi-startup-of': (call) => {
    const found = target(call);
    if (!found) return 21;
    call.out(`${found.startup}/${found.connStartup}\n`);
    return 0;
  },
  smart,
};
