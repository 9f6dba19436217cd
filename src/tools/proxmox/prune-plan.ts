import { word } from '../../core/args.ts';
import { Refusal } from '../../core/errors.ts';
import type { Block, Cell, Fact } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import { when } from './archive-words.ts';
import { type Keeping, keepText, type Mark } from './prune.ts';

const LABEL = { en: 'N', zh: 'N' };
const count = () =>
  word(/^[1-9]\d{0,3}$/, LABEL)
    .transform(Number)
    .optional();

/** `--keep-last N` and so on: what a prune is to keep. */
export const keepOptions = () => ({
  'keep-last': count(),
  'keep-hourly': count(),
  'keep-daily': count(),
  'keep-weekly': count(),
  'keep-monthly': count(),
  'keep-yearly': count(),
});

/** `keep-last=3,…`. Throws Refusal when nothing is to be kept: that would remove everything, or nothing. */
export function mustKeep(keeping: Keeping): string {
  const keep = keepText(keeping);
  if (keep === '') {
    throw new Refusal(
      say({ en: 'say what to keep', zh: '请说明要保留什么' }),
      say({ en: 'for example --keep-last 3, or --keep-daily 7 --keep-weekly 4', zh: '例如 --keep-last 3，或 --keep-daily 7 --keep-weekly 4' }),
    );
  }
  return keep;
}

/** What a dry run found, for people. */
export interface DryRun {
  readonly name: string;
  readonly at: number;
  readonly mark: Mark['mark'];
  /** Whose it is. */
  readonly of: string;
  /** What verifying found; undefined: never, or not on a backup server. */
  readonly verified?: 'ok' | 'failed' | undefined;
}

/** Whose backups that are left are all damaged, while a sound one goes. */
function damaged(all: readonly DryRun[]): string[] {
  return [...Map.groupBy(all, ({ of }) => of)].flatMap(([of, mine]) => {
    const left = mine.filter(({ mark }) => mark !== 'remove');
    const goes = mine.some(({ mark, verified }) => mark === 'remove' && verified === 'ok');
    return goes && left.length > 0 && left.every(({ verified }) => verified === 'failed') ? [of] : [];
  });
}

const MARKS: Readonly<Record<Mark['mark'], Said>> = {
  keep: say({ en: 'keep', zh: '保留' }),
  remove: say({ en: 'REMOVE', zh: '删除' }),
  protected: say({ en: 'protected', zh: '受保护' }),
  renamed: say({ en: 'renamed, stays', zh: '已改名，保留' }),
};
/** Most rows of the table, and most names within a fact. */
const MOST_ROWS = 60;
const MOST_NAMES = 12;

/** The dry run as a table: what goes first. */
export function dryTable(all: readonly DryRun[]): Block {
  const sorted = [...all].sort((a, b) => Number(b.mark === 'remove') - Number(a.mark === 'remove') || b.at - a.at);
  const rows = sorted.slice(0, MOST_ROWS).map(({ name, at, mark, of }): Cell[] => [MARKS[mark], quoted(of), when(at), quoted(name)]);
  const columns = [
    say({ en: 'prune', zh: '清理' }),
    say({ en: 'guest', zh: '客户机' }),
    say({ en: 'when (UTC)', zh: '时间（UTC）' }),
    say({ en: 'backup', zh: '备份' }),
  ];
  return { kind: 'table', columns, rows };
}

/** The dry run as facts: what goes, by name, and what stays. It holds exactly what would be removed. */
export function dryFacts(all: readonly DryRun[], at: number): Fact[] {
  const of = (mark: Mark['mark']) => all.filter((one) => one.mark === mark);
  const gone = of('remove');
  const names = gone.slice(0, MOST_NAMES).map(({ of: whose, at: made }) => `${whose} ${when(made)}`);
  const rest = gone.length - names.length;
  const bad = damaged(all);
  const more = rest > 0 ? [say({ en: 'and {rest} more', zh: '等另外 {rest} 个' }, { rest })] : [];
  return [
    ...(bad.length > 0
      ? [
          {
            what: say({ en: 'beware', zh: '注意' }),
            value: say(
              { en: '{bad}: a sound backup goes, and what is left FAILED verification', zh: '{bad}：完好的备份会被删除，剩下的校验失败' },
              { bad: list(bad) },
            ),
            at,
            holds: `damaged ${bad.toSorted().join(' ')}`,
          },
        ]
      : []),
    {
      what: say({ en: 'removed ({n})', zh: '删除（{n}）' }, { n: gone.length }),
      value: list([...names, ...more]),
      at,
      holds: `removes ${gone
        .map(({ name }) => name)
        .sort()
        .join(' ')}`,
    },
    {
      what: say({ en: 'kept ({n})', zh: '保留（{n}）' }, { n: of('keep').length + of('renamed').length }),
      value: list([...of('keep'), ...of('renamed')].slice(0, MOST_NAMES).map((one) => `${one.of} ${when(one.at)}`)),
      at,
    },
    { what: say({ en: 'protected', zh: '受保护' }), value: String(of('protected').length), at },
  ];
}
