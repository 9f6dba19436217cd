import type { Host, Look } from '../../core/command.ts';
import { answer } from '../../core/command.ts';
import type { Block, Fact, Offer, Plan, Step } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { disturbsHost } from '../expects.ts';
import { lastGood } from '../hostbackup.ts';
import { type PackageManager, packagesLock, packagesOf } from '../packages.ts';
import { chosen, type Wish } from './choose.ts';
import { isKernel, type Pending, type Transaction } from './package.ts';
import { listsCell, named } from './words.ts';

const DAY = 86_400_000;
/** Most rows of the table on a card; the rest is counted. */
const ROWS = 30;

interface Chosen {
  readonly host: Host;
  readonly manager: PackageManager;
  readonly pending: Pending;
  readonly transaction: Transaction;
}

/** Updates of hosts side by side: what would be installed is read for the card, and just that is installed. */
export async function applyPlan(look: Look, wish: Wish): Promise<Plan> {
  const all = await Promise.all(
    look.hosts.map(async (host): Promise<Chosen> => {
      const manager = await packagesOf(look, host);
      const pending = await manager.pending(look, host);
      return { host, manager, pending, transaction: await chosen(look, host, manager, pending, wish) };
    }),
  );
  const old = all.filter(({ pending }) => pending.listsAt !== undefined && look.now() - pending.listsAt > DAY);
  const notes = old.map(({ host, pending }) =>
    say(
      {
        en: '{host}: the package lists are {age}; `pkg refresh {host}` fetches newer ones',
        zh: '{host}：软件包列表为 {age}；`pkg refresh {host}` 可获取新列表',
      },
      { host: host.name, age: listsCell(pending.listsAt, look.now()) },
    ),
  );
  const work = all.filter(({ transaction }) => transaction.upgrades.length > 0);
  const hosts = list((work.length > 0 ? work : all).map(({ host }) => host.name));
  if (work.length === 0) return answer(say({ en: 'already up to date: {hosts}', zh: '已是最新：{hosts}' }, { hosts }), [], { notes });
  const count = work.reduce((sum, { transaction }) => sum + transaction.upgrades.length, 0);
  return {
    summary: say(
      { en: count === 1 ? 'install 1 update on {hosts}' : 'install {count} updates on {hosts}', zh: '在 {hosts} 上安装 {count} 个更新' },
      { count, hosts },
    ),
    answer: [table(work)],
    steps: work.flatMap(stepsOf),
    facts: [...work.map((one) => factOf(one, look.now())), ...(await Promise.all(work.map(({ host }) => lastGood(look, host)))).flat()],
    locks: work.map(({ host }) => packagesLock(host)),
    risk: 'medium',
    expects: work.flatMap(({ host }) => disturbsHost(host)),
    undo: {
      impossible: say({
        en: 'older versions may be gone from the sources; `pkg hold` keeps one that is still there',
        zh: '旧版本可能已不在软件源中；`pkg hold` 可保留当前版本',
      }),
    },
    ...(notes.length > 0 ? { notes } : {}),
    offers: work.flatMap(rebootOffer),
  };
}

function stepsOf({ host, manager, transaction }: Chosen): Step[] {
  const on = { site: host.site, host: host.name };
  return [
    {
      kind: 'exec',
      on,
      why: say(
        { en: transaction.upgrades.length === 1 ? 'install 1 update' : 'install {n} updates', zh: '安装 {n} 个更新' },
        { n: transaction.upgrades.length },
      ),
      argv: manager.apply(transaction),
      timeoutMs: 7_200_000,
      stop: 'never',
    },
    {
      kind: 'exec',
      on,
      why: say({ en: 'each has its version, nothing half done', zh: '版本均正确，无未完成的操作' }),
      argv: manager.verify(transaction),
      timeoutMs: 120_000,
    },
  ];
}

function factOf({ host, pending, transaction: { upgrades } }: Chosen, now: number): Fact {
  const security = upgrades.filter((one) => one.security).length;
  const parts: Said[] = [
    say({ en: upgrades.length === 1 ? '1 update' : '{n} updates', zh: '{n} 个更新' }, { n: upgrades.length }),
    ...(pending.tellsSecurity
      ? [say({ en: '{security} for security', zh: '{security} 个安全更新' }, { security })]
      : [say({ en: 'which are for security is not published', zh: '未公布哪些是安全更新' })]),
    ...(upgrades.some(({ name }) => isKernel(name)) ? [say({ en: 'a kernel: reboot needed', zh: '含内核：需要重启' })] : []),
    ...(pending.held && pending.held.length > 0 ? [say({ en: 'held back: {held}', zh: '被保留：{held}' }, { held: list(pending.held) })] : []),
    ...(pending.cves && pending.cves.length > 0 ? [list(pending.cves.slice(0, 5))] : []),
    say({ en: 'lists {age}', zh: '列表{age}' }, { age: listsCell(pending.listsAt, now) }),
  ];
  return {
    what: say({ en: 'updates on {host}', zh: '{host} 的更新' }, { host: host.name }),
    value: list(parts),
    at: now,
    holds: `packages ${host.name} ${upgrades.map(({ exact }) => exact).join(' ')}`,
  };
}

function table(work: readonly Chosen[]): Block {
  const rows = work.flatMap(({ host, transaction: { upgrades } }) =>
    upgrades.map((one) => [
      host.name,
      one.name,
      one.from ?? say({ en: 'new', zh: '新装' }),
      one.to,
      one.security ? say({ en: 'security', zh: '安全' }) : isKernel(one.name) ? say({ en: 'kernel', zh: '内核' }) : '',
    ]),
  );
  const more = work.flatMap(({ transaction }) => transaction.upgrades).slice(ROWS);
  return {
    kind: 'table',
    columns: [
      say({ en: 'host', zh: '主机' }),
      say({ en: 'package', zh: '软件包' }),
      say({ en: 'from', zh: '从' }),
      say({ en: 'to', zh: '到' }),
      say({ en: 'kind', zh: '类型' }),
    ],
    rows: more.length > 0 ? [...rows.slice(0, ROWS), ['', named(more, 0), '', '', '']] : rows,
  };
}

function rebootOffer({ host, pending, transaction }: Chosen): Offer[] {
  if (!pending.reboot && !transaction.upgrades.some(({ name }) => isKernel(name))) return [];
  return [{ label: say({ en: 'Reboot {host}', zh: '重启 {host}' }, { host: host.name }), line: `host reboot ${host.name}` }];
}
