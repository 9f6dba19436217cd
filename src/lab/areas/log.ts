import { type Call, effect, fail, type Program } from '../program.ts';
import { journalctl } from '../programs/journalctl.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

interface Line {
  readonly at: number;
  readonly by: string;
  readonly unit: string;
  readonly priority: number;
  readonly text: string;
}

/** What the journal said before the lab began, and the archived files it is kept in. */
const past = kept((machine): { readonly lines: readonly Line[]; files: { readonly name: string; readonly mib: number; readonly at: number }[] } => {
  const ssh = `${machine.os.ssh}.service`;
  const lines = Array.from({ length: 60 }, (_, i): Line => {
    const at = Date.now() - (60 - i) * 180_000;
    return i % 6 === 5
      ? {
          at,
          by: 'sshd',
          unit: ssh,
          priority: 3,
          text: `error: maximum authentication attempts exceeded for invalid user admin from 203.0.113.${i} port ${40_000 + i} ssh2`,
        }
      : { at, by: 'CRON', unit: 'cron.service', priority: 6, text: `pam_unix(cron:session): session opened for user root(uid=0) by (uid=${i})` };
  });
  const kernel: Line = { at: machine.bootedAt, by: 'kernel', unit: '', priority: 5, text: `Linux version ${machine.os.kernel}` };
  const files = [40, 25, 12].map((days) => ({ name: `system@${days}-0001-0002.journal`, mib: 24, at: Date.now() - days * 86_400_000 }));
  return { lines: [kernel, ...lines].sort((a, b) => a.at - b.at), files };
});

const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const ACTIVE_MIB = 16;

/** The journal: what the bot's script reads of it, and how much space it takes. */
export const log: Area = {
  programs: { journalctl: space },
  scripts: {
    journal: lines,
    'journal-files': (call) => {
      const { files } = past(call.machine);
      for (const { name, mib, at } of [...files, { name: 'system.journal', mib: ACTIVE_MIB, at: Date.now() }])
        call.out(`${name} ${mib * 2 ** 20} ${(at / 1000).toFixed(4)}\n`);
      return 0;
    },
    'journal-boots': (call) => {
      const time = (at: number) => `Sat ${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
      call.out(` 0 ${call.machine.bootId.replaceAll('-', '')} ${time(call.machine.bootedAt)}—${time(Date.now())}\n`);
      return 0;
    },
  },
};

/** `journalctl --disk-usage`, `--vacuum-size`, `--vacuum-time`; the rest is the program's own. */
function space(call: Call): number | Promise<number> {
  const [, word = ''] = call.argv;
  const mine = past(call.machine);
  const total = () => ACTIVE_MIB + mine.files.reduce((sum, { mib }) => sum + mib, 0);
  if (word === '--disk-usage') {
    call.out(`Archived and active journals take up ${total().toFixed(1)}M in the file system.\n`);
    return 0;
  }
  const [, what, value = ''] = /^--vacuum-(size|time)=(\d+)s?$/.exec(word) ?? [];
  if (what === undefined) return (journalctl satisfies Program)(call);
  effect(call, 'journalctl', word);
  const before = total();
  if (what === 'time') mine.files = mine.files.filter(({ at }) => at >= Date.now() - Number(value) * 1000);
  else while (mine.files.length > 0 && total() * 2 ** 20 > Number(value)) mine.files.shift();
  call.err(`Vacuuming done, freed ${(before - total()).toFixed(1)}M of archived journals from /var/log/journal/${call.machine.bootId.replaceAll('-', '')}.\n`);
  return 0;
}

/** Lines as JSON, newest first, as `journalctl --reverse --output=json` writes them. */
function lines(call: Call): number {
  const words = call.argv.slice(2);
  const value = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const units = words.flatMap((word) => (word.startsWith('--unit=') ? [word.slice(7)] : []));
  const priority = value('priority');
  const grep = value('grep');
  const since = sinceOf(value('since')) ?? 0;
  if (grep !== undefined && !isPattern(grep)) return fail(call, `\n== said\nFailed to compile pattern '${grep}'\nexit 1`, 0);
  const found = everything(call.machine).filter(
    ({ at, unit, priority: own, text, by }) =>
      at >= since &&
      (units.length === 0 || units.includes(unit)) &&
      (priority === undefined || own <= PRIORITIES.indexOf(priority)) &&
      (grep === undefined || new RegExp(grep, /[A-Z]/.test(grep) ? '' : 'i').test(text)) &&
      (!words.includes('--dmesg') || by === 'kernel'),
  );
  const wanted = found.slice(-Number(value('lines') ?? 10)).reverse();
  for (const { at, by, unit, priority: own, text } of wanted)
    call.out(
      `${JSON.stringify({ __REALTIME_TIMESTAMP: String(Math.floor(at * 1000)), MESSAGE: text, PRIORITY: String(own), SYSLOG_IDENTIFIER: by, ...(unit ? { _SYSTEMD_UNIT: unit } : {}) })}\n`,
    );
  call.out(`\n== said\nexit ${wanted.length === 0 ? 1 : 0}\n`);
  return 0;
}

function everything(machine: Machine): Line[] {
  const noted = machine.journal.map(
    ({ at, by, text }): Line => ({ at, by, unit: / (\S+\.service) /.exec(text)?.[1] ?? '', priority: /fail/i.test(text) ? 3 : 6, text }),
  );
  return [...past(machine).lines, ...noted];
}

function sinceOf(text: string | undefined): number | undefined {
  const [, sign, n] = /^([@-])(\d+)s?$/.exec(text ?? '') ?? [];
  return n === undefined ? undefined : sign === '@' ? Number(n) * 1000 : Date.now() - Number(n) * 1000;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}
