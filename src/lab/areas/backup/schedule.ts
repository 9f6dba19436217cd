import { effect } from '../../program.ts';
import { systemdTime } from '../../programs/clock.ts';
import { readFile } from '../../programs/files.ts';
import type { Area } from '../area.ts';

const MARK = '# Written by Hostler: backup schedule db1/data\n';
const ETC = '/etc/systemd/system';
const DATA: readonly (readonly [string, string])[] = [
  ['/etc/hostler/backup/data.sh', MARK],
  [`${ETC}/hostler-backup-data.service`, `${MARK}[Service]\nType=oneshot\nStandardInput=file:/etc/borg/password\n`],
  [`${ETC}/hostler-backup-data.timer`, `${MARK}[Timer]\nOnCalendar=*-*-* 03:10:00\n`],
];

/** The database host backs itself up every day. */
export const SCHEDULE_FILES: NonNullable<Area['files']> = Object.fromEntries(
  DATA.map(([path, text]) => [path, ({ name }) => (name === 'db1' ? text : undefined)]),
);

/** Units and timers of backups; every file with a password is there, and root's. */
export const SCHEDULE_SCRIPTS: NonNullable<Area['scripts']> = {
  'schedule-read': ({ machine, argv, out }) => {
    const [, unit = '', timer = '', password = ''] = argv;
    const has = (name: string) => readFile(machine, `${ETC}/${name}`) !== undefined;
    out(`${has(unit) ? `${ETC}/${unit}` : ''}\n${has(timer) ? 'enabled active ' : 'inactive '}\n`);
    const at = /OnCalendar=\*-\*-\* (\d\d):(\d\d)/.exec(readFile(machine, `${ETC}/${timer}`) ?? '');
    const midnight = Date.now() - (Date.now() % 86_400_000) + 86_400_000;
    out(`${at ? systemdTime(midnight + Number(at[1]) * 3_600_000 + Number(at[2]) * 60_000) : ''}\n${password === '' ? '' : '600 root'}\n`);
    return 0;
  },
  'schedule-close': () => 0,
  'schedule-on': (call) => {
    effect(call, 'systemctl', 'enable', call.argv[1] ?? '');
    call.out('active\n');
    return 0;
  },
  'schedule-off': (call) => {
    const [, timer = '', ...files] = call.argv;
    effect(call, 'systemctl', 'disable', timer);
    for (const path of files) call.machine.files.set(path, null);
    return 0;
  },
};
