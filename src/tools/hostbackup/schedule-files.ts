import { quote } from '../../core/quote.ts';
import type { Argv } from '../../core/types.ts';
import { ROOT_BACKUP } from '../doctor/rootbackup.ts';
import type { OfHost } from '../hostbackup.ts';
import { TOOLS } from '../hostbackup.ts';
import { shell } from '../shell.ts';

/** The files by which a host runs a backup by itself, and their text; all are the bot's own. */
export interface Scheduled {
  readonly unit: string;
  readonly timer: string;
  readonly files: readonly { readonly path: string; readonly text: string; readonly mode: string }[];
}

/** When, by the host's own clock, as `04:21`, and the file on the host that holds the password. */
export interface When {
  readonly at: string;
  readonly password: string | undefined;
}

/** In the first line of what the bot wrote. */
export const MARK = '# Written by Hostler: backup schedule';

/** The name of the unit: that of a root file system on a disk of its own is the one the doctor watches. */
export function unitName({ backup }: OfHost): string {
  return backup.paths.includes('/') && backup.requiresMount !== undefined ? ROOT_BACKUP : `hostler-backup-${backup.name}.service`;
}

const ETC = '/etc/systemd/system';

/** Where the scripts are. */
const FOLDER = '/etc/hostler/backup';

/** systemd.service(5), systemd.timer(5), systemd.unit(5): RequiresMountsFor=; the script is what `backup run` runs, which leaves when it ran last. */
export function scheduleFiles(one: OfHost, { at, password }: When): Scheduled {
  const { host, backup, name } = one;
  const unit = unitName(one);
  const timer = unit.replace(/service$/, 'timer');
  const script = `${FOLDER}/${backup.name}.sh`;
  // borg needs another name each time: what stands in braces it fills in itself.
  const [, , body = '', , ...words] = TOOLS[backup.tool].run(host, backup, '{now:%Y%m%dT%H%M%S}').argv;
  const mark = `${MARK} ${name}\n`;
  const service = `${mark}[Unit]
Description=Backup ${name}
${backup.requiresMount === undefined ? '' : `RequiresMountsFor=${backup.requiresMount}\n`}Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=/bin/sh ${script}
${password === undefined ? '' : `StandardInput=file:${password}\n`}`;
  return {
    unit,
    timer,
    files: [
      { path: script, text: `${mark}set -- ${words.map(quote).join(' ')}\n${body}\n`, mode: '0700' },
      { path: `${ETC}/${unit}`, text: service, mode: '0644' },
      {
        path: `${ETC}/${timer}`,
        text: `${mark}[Unit]\nDescription=Backup ${name}, every day\n\n[Timer]\nOnCalendar=*-*-* ${at}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n`,
        mode: '0644',
      },
    ],
  };
}

/** When a backup runs, as its own files say; undefined where they do not. */
export function whenOf(service: string | undefined, timer: string | undefined): When | undefined {
  const at = /^OnCalendar=\*-\*-\* (\d\d:\d\d):00$/m.exec(timer ?? '')?.[1];
  return at === undefined ? undefined : { at, password: /^StandardInput=file:(.*)$/m.exec(service ?? '')?.[1] };
}

/** Lets nobody but root read the scripts: the address of a repository may hold a password. Those of before were for all to read. */
export function closeScripts(): Argv {
  return shell('schedule-close', 'set -eu; mkdir -p -- "$1"; chmod 700 -- "$1"; for f in "$1"/*.sh; do [ ! -e "$f" ] || chmod 700 -- "$f"; done', FOLDER);
}
