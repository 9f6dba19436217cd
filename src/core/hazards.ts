import type { Hazard, Self } from './risk.ts';
import { SHORTAGES } from './shortages.ts';
import type { Fact, Risk } from './types.ts';
import { list, say } from './words.ts';

/** One fact about the world that may raise a plan's risk. Never lowers it. */
export interface RiskRow {
  readonly name: string;
  readonly raises: Risk;
  fact(hazard: Hazard, self: Self, now: number): Omit<Fact, 'at'> | undefined;
}

const DAY = 86_400_000;
/** From this age on a backup is said to be old. */
const OLD = 7 * DAY;

/** Whether what is touched carries the bot: the guest it is, or the host or node it runs on. */
function carriesSelf({ host, guest, vmid, node, shell, wholeHost, carries }: Hazard, self: Self): boolean {
  if (!self) return false;
  const onNode = node !== undefined && (self.host === node || self.host === shell);
  if (!wholeHost) return (self.host === host || onNode) && self.guest !== undefined && (self.guest === guest || self.guest === String(vmid));
  if (onNode) return true;
  if (self.host !== host) return false;
  return node === undefined || self.guest === undefined || carries === undefined || carries.includes(self.guest);
}

/** One row per fact, those that weigh more first. */
export const RISK_ROWS: readonly RiskRow[] = [
  {
    name: 'self',
    raises: 'high',
    fact: (hazard, self) =>
      self && carriesSelf(hazard, self)
        ? { what: say({ en: 'carries', zh: '承载' }), value: say({ en: 'this bot itself runs here', zh: '本机器人就运行在此' }), holds: `self ${self.host}` }
        : undefined,
  },
  {
    name: 'running',
    raises: 'high',
    fact: ({ wholeHost, running }) =>
      wholeHost && running
        ? {
            what: say({ en: 'running guests', zh: '运行中的客户机' }),
            value: say({ en: '{n} would go down with it', zh: '{n} 台会一起停机' }, { n: running }),
            holds: `running ${running}`,
          }
        : undefined,
  },
  {
    name: 'no quorum',
    raises: 'high',
    fact: ({ quorum, host }) =>
      quorum === 'none'
        ? {
            what: say({ en: 'quorum', zh: '法定票数' }),
            value: say({ en: '{host} has none: it takes hardly any change', zh: '{host} 没有法定票数：几乎不接受任何更改' }, { host }),
            holds: `quorum ${host} none`,
          }
        : undefined,
  },
  {
    name: 'quorum lost',
    raises: 'high',
    fact: ({ quorum, host, node }) =>
      quorum === 'lost'
        ? {
            what: say({ en: 'quorum', zh: '法定票数' }),
            value:
              node === undefined
                ? say({ en: '{host} would lose it', zh: '{host} 将失去法定票数' }, { host })
                : say({ en: '{host} would lose it without {node}', zh: '没有 {node}，{host} 将失去法定票数' }, { host, node }),
            holds: `quorum ${host} lost`,
          }
        : undefined,
  },
  {
    name: 'clones',
    raises: 'high',
    fact: ({ clones = [] }) =>
      clones.length > 0
        ? {
            what: say({ en: 'linked clones', zh: '链接克隆' }),
            value: say({ en: '{clones} stand on its disks', zh: '{clones} 依赖其磁盘' }, { clones: list(clones) }),
            holds: `clones ${clones.toSorted().join(' ')}`,
          }
        : undefined,
  },
  {
    name: 'tasks',
    raises: 'high',
    fact: ({ tasks = [] }) =>
      tasks.length > 0
        ? {
            what: say({ en: 'running tasks', zh: '正在运行的任务' }),
            value: say({ en: '{tasks}: may be broken off by this', zh: '{tasks}：可能因此中断' }, { tasks: list(tasks) }),
          }
        : undefined,
  },
  {
    name: 'snapshots',
    raises: 'high',
    fact: ({ snapshots = [] }) =>
      snapshots.length > 0
        ? {
            what: say({ en: 'snapshots lost', zh: '丢失的快照' }),
            value: list(snapshots),
            holds: `snapshots lost ${snapshots.toSorted().join(' ')}`,
          }
        : undefined,
  },
  {
    name: 'no backup',
    raises: 'high',
    fact: ({ backup }) =>
      backup === 'none'
        ? { what: say({ en: 'last backup', zh: '最近备份' }), value: say({ en: 'none found: it could not be restored', zh: '未找到：无法恢复' }) }
        : undefined,
  },
  {
    name: 'old backup',
    raises: 'high',
    fact: ({ backup }, _self, now) =>
      typeof backup === 'number' && now - backup > OLD
        ? { what: say({ en: 'last backup', zh: '最近备份' }), value: say({ en: '{n} days old', zh: '{n} 天前' }, { n: Math.floor((now - backup) / DAY) }) }
        : undefined,
  },
  {
    name: 'backup not known',
    raises: 'medium',
    fact: ({ backup }) =>
      backup === 'unknown'
        ? { what: say({ en: 'last backup', zh: '最近备份' }), value: say({ en: 'not known: it could not be read', zh: '未知：无法读取' }) }
        : undefined,
  },
  {
    name: 'HA flips',
    raises: 'medium',
    fact: ({ ha }) =>
      ha?.flips
        ? {
            what: say({ en: 'HA', zh: '高可用' }),
            value: say(
              { en: 'managed: from now on HA wants it {state} (now: {now})', zh: '受管理：HA 的目标状态将变为 {state}（现为 {now}）' },
              { state: ha.flips, now: ha.state },
            ),
            holds: `ha ${ha.sid} ${ha.state} ${ha.flips}`,
          }
        : undefined,
  },
  ...SHORTAGES,
  {
    name: 'older',
    raises: 'high',
    fact: ({ older }) =>
      older
        ? {
            what: say({ en: 'version', zh: '版本' }),
            value: say({ en: '{node} runs {version}, older than {than}', zh: '{node} 运行 {version}，比 {than} 旧' }, { ...older }),
            holds: `older ${older.node} ${older.version} ${older.than}`,
          }
        : undefined,
  },
  {
    name: 'lock',
    raises: 'medium',
    fact: ({ lock, host, vmid }) =>
      lock === undefined
        ? undefined
        : {
            what: say({ en: 'locked', zh: '已锁定' }),
            value: say({ en: 'by “{lock}”', zh: '锁：“{lock}”' }, { lock }),
            holds: `locked ${host} ${vmid ?? ''} ${lock}`,
          },
  },
  {
    name: 'local disks',
    raises: 'medium',
    fact: ({ localDisks = [] }) =>
      localDisks.length > 0
        ? {
            what: say({ en: 'local disks', zh: '本地磁盘' }),
            value: say({ en: '{disks}: copied whole', zh: '{disks}：需完整复制' }, { disks: list(localDisks) }),
            holds: `local disks ${localDisks.toSorted().join(' ')}`,
          }
        : undefined,
  },
  {
    name: 'shared',
    raises: 'medium',
    fact: ({ shared }) =>
      shared && shared.guests > 0
        ? {
            what: say({ en: 'storage {storage}', zh: '存储 {storage}' }, { storage: shared.storage }),
            value: say({ en: 'other guests on it: {n}', zh: '另有 {n} 台客户机在使用' }, { n: shared.guests }),
            holds: `shared ${shared.storage} ${shared.guests}`,
          }
        : undefined,
  },
  {
    name: 'HA',
    raises: 'none',
    fact: ({ ha }) =>
      ha && ha.flips === undefined
        ? {
            what: say({ en: 'HA', zh: '高可用' }),
            value: say({ en: 'managed: HA wants it {state}', zh: '受管理：HA 的目标状态为 {state}' }, { state: ha.state }),
            holds: `ha ${ha.sid} ${ha.state}`,
          }
        : undefined,
  },
  {
    name: 'backup',
    raises: 'none',
    fact: ({ backup }, _self, now) =>
      typeof backup === 'number' && now - backup <= OLD
        ? {
            what: say({ en: 'last backup', zh: '最近备份' }),
            value:
              now - backup < 2 * 3_600_000
                ? say({ en: 'less than 2 h old', zh: '不到 2 小时前' })
                : say({ en: '{n} h old', zh: '{n} 小时前' }, { n: Math.floor((now - backup) / 3_600_000) }),
          }
        : undefined,
  },
];
