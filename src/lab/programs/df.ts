import { type Call, fail } from '../program.ts';
import type { Machine, Mount } from '../world/machine.ts';
import { directories, readFile } from './files.ts';

/** `df`, with -P, -B1, -T, -k, -x TYPE, -t TYPE, -l and paths. */
export function df(call: Call): number {
  const asked = options(call.argv.slice(1));
  if (typeof asked === 'string') return fail(call, `df: ${asked}\nTry 'df --help' for more information.`);
  const { machine } = call;
  let exit = 0;
  const chosen: Mount[] = [];
  for (const path of asked.paths) {
    const mount = holding(machine, path);
    if (mount) chosen.push(mount);
    else {
      call.err(`df: ${path}: No such file or directory\n`);
      exit = 1;
    }
  }
  const all = asked.paths.length > 0 ? chosen : machine.mounts;
  const mounts = all.filter(({ type }) => !asked.without.has(type) && (asked.only.size === 0 || asked.only.has(type)));
  if (mounts.length === 0) return exit || fail(call, 'df: no file systems processed');
  call.out(table(mounts, asked));
  return exit;
}

interface Asked {
  readonly block: number;
  readonly types: boolean;
  readonly without: ReadonlySet<string>;
  readonly only: ReadonlySet<string>;
  readonly paths: readonly string[];
}

function options(words: readonly string[]): Asked | string {
  const without = new Set<string>();
  const only = new Set<string>();
  const paths: string[] = [];
  let block = 1024;
  let types = false;
  const rest = words.flatMap((word) => (/^-[PTlka]{2,}$/.test(word) ? [...word.slice(1)].map((letter) => `-${letter}`) : [word]));
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? '';
    if (word === '--') {
      paths.push(...rest.slice(i + 1));
      break;
    }
    if (word === '-B1' || word === '--block-size=1') block = 1;
    else if (word === '-B') block = Number(rest[++i]) || 1024;
    else if (word === '-T' || word === '--print-type') types = true;
    else if (word === '-x') without.add(rest[++i] ?? '');
    else if (word === '-t') only.add(rest[++i] ?? '');
    else if (word.startsWith('-x')) without.add(word.slice(2));
    else if (word.startsWith('--exclude-type=')) without.add(word.slice(15));
    else if (word.startsWith('-t')) only.add(word.slice(2));
    else if (!word.startsWith('-')) paths.push(word);
    else if (!['-P', '-k', '-l', '-a', '--local', '--portability'].includes(word)) return `invalid option -- '${word.replace(/^-+/, '').slice(0, 1)}'`;
  }
  return { block, types, without, only, paths };
}

function holding(machine: Machine, path: string): Mount | undefined {
  const known = directories(machine).has(path.replace(/(.)\/+$/, '$1')) || readFile(machine, path) !== undefined;
  const exact = machine.mounts.find((mount) => mount.source === path);
  if (exact || !known) return exact;
  const inside = machine.mounts.filter(({ on }) => on === '/' || path === on || path.startsWith(`${on}/`));
  return inside.reduce(
    (best, mount) => (mount.on.length > best.on.length ? mount : best),
    inside[0] ?? machine.mounts[0] ?? { source: '', type: '', size: 0, used: 0, reserved: 0, on: '' },
  );
}

function table(mounts: readonly Mount[], { block, types }: Asked): string {
  const head = ['Filesystem', 'Type', block === 1 ? '1-blocks' : `${block}-blocks`, 'Used', 'Available', 'Capacity', 'Mounted on'];
  const body = mounts.map(({ source, type, size, used, reserved, on }) => {
    const available = Math.max(0, size - used - reserved);
    const share = used + available === 0 ? '-' : `${Math.ceil((used * 100) / (used + available))}%`;
    return [source, type, ...[size, used, available].map((bytes) => String(Math.ceil(bytes / block))), share, on];
  });
  const rows = [head, ...body].map((row) => row.filter((_, column) => types || column !== 1));
  const last = (rows[0]?.length ?? 1) - 1;
  const width = (column: number) => Math.max(column === 0 ? 14 : 5, ...rows.map((row) => row[column]?.length ?? 0));
  const left = (column: number) => column === 0 || (types && column === 1);
  const widths = rows[0]?.map((_, column) => (types && column === 1 ? Math.max(4, ...rows.map((row) => row[1]?.length ?? 0)) : width(column))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, column) => (column === last ? cell : left(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}
