import { answer, type Host, type Look, SHELL_KINDS } from '../core/command.ts';
import { HostError, Refusal } from '../core/errors.ts';
import type { Cell, Plan } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { daysLeft } from './certs.ts';
import { certificatesOf } from './doctor/certificates.ts';
import { type Came, examine, findingsOf, isSame } from './doctor/examine.ts';
import { findingsTable, fixesOf, troubleRows } from './doctor/table.ts';
import { declaredOn, seenOf, worryOf } from './hostbackup.ts';
import { HOST } from './look.ts';
import { rebootCell, securityCell } from './packages/words.ts';
import { packagesAmong } from './packages.ts';
import { truth } from './proxmox/backup-truth.ts';

/** Findings shown besides the counts: what is new first. */
const SHOWN = 8;
/** How long hosts are asked, in milliseconds: the desk takes a site for silent after ten seconds. */
const ASK_MS = 8000;

/** The state of hosts in a line each: what the doctor says, backups, updates, certificates; and what is new since a doctor was last asked. */
export async function roundupPlan(look: Look): Promise<Plan> {
  const [all, own, guests] = await Promise.all([examine(look, [], ASK_MS), Promise.all(look.hosts.map((host) => ownOf(look, host))), guestsOf(look)]);
  const findings = findingsOf(all);
  const before = (await Promise.all(look.hosts.map((host) => look.earlier(host)))).flatMap((one) => one?.findings ?? []);
  const news = findings.filter((finding) => !before.some((old) => isSame(old, finding)));
  const rows = look.hosts.map((host, i): Cell[] => [host.name, ...doctorCells(host, all), ...(guests.get(host.name) ?? own[i] ?? NOTHING)]);
  const bad = [...news, ...findings.filter((one) => one.severity === 'critical' && !news.includes(one))].slice(0, SHOWN);
  const table = findingsTable(bad, troubleRows(all).slice(0, SHOWN));
  return answer(say({ en: 'round-up', zh: '巡检' }), [{ kind: 'table', columns: COLUMNS, rows }, ...(table ? [table] : [])], { offers: fixesOf(bad) });
}

const COLUMNS: readonly Said[] = [
  HOST,
  say({ en: 'critical', zh: '严重' }),
  say({ en: 'warnings', zh: '警告' }),
  say({ en: 'backups', zh: '备份' }),
  say({ en: 'updates', zh: '更新' }),
  say({ en: 'security', zh: '安全' }),
  say({ en: 'reboot', zh: '重启' }),
  say({ en: 'certificate', zh: '证书' }),
];
const NOTHING: readonly Cell[] = ['-', '-', '-', '-', '-'];
const UNKNOWN = say({ en: 'not known', zh: '未知' });

const count = (findings: readonly { readonly severity: string }[], severity: string) => findings.filter((one) => one.severity === severity).length;

/** How many findings; a host that answered less than half of the checks is not called good. */
function doctorCells(host: Host, all: readonly Came[]): [Cell, Cell] {
  const mine = all.filter((one) => one.host === host);
  if (mine.filter(({ trouble }) => trouble !== undefined).length * 2 > mine.length) return [UNKNOWN, UNKNOWN];
  const findings = findingsOf(mine);
  return [count(findings, 'critical'), count(findings, 'warning')];
}

/** Backups, updates, security, reboot, certificate of a host with a shell. */
async function ownOf(look: Look, host: Host): Promise<readonly Cell[]> {
  if (!SHELL_KINDS.includes(host.kind)) return NOTHING;
  const [backups, updates, certificate] = await Promise.all([
    asked(() => backupCell(look, host), [UNKNOWN]),
    asked(() => updateCells(look, host), [UNKNOWN, UNKNOWN, UNKNOWN]),
    asked(() => certificateCell(look, host), [UNKNOWN]),
  ]);
  return [...backups, ...updates, ...certificate];
}

/** What cannot be asked, or is not for this host, is said, not guessed. */
async function asked(ask: () => Promise<readonly Cell[]>, otherwise: readonly Cell[]): Promise<readonly Cell[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HostError || error instanceof Refusal) return otherwise;
    throw error;
  }
}

async function backupCell(look: Look, host: Host): Promise<readonly Cell[]> {
  const all = declaredOn([host]);
  if (all.length === 0) return [say({ en: 'none declared', zh: '未配置' })];
  const seen = await Promise.all(all.map(async (one) => worryOf(one, await seenOf(look, one), look.now())));
  return [goodOf(seen.filter((worry) => ['good', 'unproven'].includes(worry)).length, seen.length)];
}

const goodOf = (good: number, all: number): Said => say({ en: '{good} of {all} good', zh: '{all} 个中 {good} 个良好' }, { good, all });

async function updateCells(look: Look, host: Host): Promise<readonly Cell[]> {
  const pending = await (await packagesAmong(look, host)).pending(look, host);
  return [pending.listsAt === undefined ? '?' : pending.upgrades.length, securityCell(pending), rebootCell(pending)];
}

/** The one that ends first. */
async function certificateCell(look: Look, host: Host): Promise<readonly Cell[]> {
  const all = (await certificatesOf(look, host)).flatMap(({ served, file }) => [served ?? file].flatMap((cert) => (cert ? [daysLeft(cert, look.now())] : [])));
  const first = Math.min(...all);
  return [
    all.length === 0
      ? '-'
      : first < 0
        ? say({ en: 'ENDED {days} d ago', zh: '已过期 {days} 天' }, { days: -first })
        : say({ en: '{days} d', zh: '{days} 天' }, { days: first }),
  ];
}

/** Of clusters: how many of their guests are well backed up. */
async function guestsOf(look: Look): Promise<ReadonlyMap<string, readonly Cell[]>> {
  if (!look.hosts.some(({ kind }) => kind === 'pve')) return new Map();
  const { found } = await truth(look);
  return new Map(
    [...Map.groupBy(found, ({ host }) => host.name)].map(([name, guests]): [string, readonly Cell[]] => [
      name,
      [goodOf(guests.filter(({ worry }) => worry === 'good' || worry === 'unproven').length, guests.length), '-', '-', '-', '-'],
    ]),
  );
}
