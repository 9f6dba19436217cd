import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Risk } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';

/** What may be done to a unit. */
export type Verb = 'start' | 'stop' | 'restart' | 'reload' | 'enable' | 'disable' | 'mask' | 'unmask' | 'reset-failed';

/** Whether a verb takes the unit away, now or at the next boot. */
const TAKES = new Set<Verb>(['stop', 'disable', 'mask']);

interface Row {
  readonly units: RegExp;
  readonly verbs: (verb: Verb) => boolean;
  /** Refused, or raised to high risk. */
  readonly refused: boolean;
  readonly why: Said;
  /** A node of a cluster is out of it meanwhile. */
  readonly quorum?: true;
}

const WAY_IN = say({ en: 'the bot and everybody else reach the host by it', zh: '机器人和所有人都经由它访问该主机' });
const NETWORK = say({ en: 'it holds the host’s network', zh: '主机网络由它维持' });
const BUS = say({ en: 'systemd and logins need it; only a reboot would bring it back', zh: 'systemd 和登录依赖它；只有重启才能恢复' });
const OFF = say({
  en: 'it takes the whole host down: that is `host reboot` or `host shutdown`',
  zh: '它会使整台主机停机：请用 `host reboot` 或 `host shutdown`',
});
const GROUP = say({ en: 'everything that runs in it would end', zh: '其中运行的一切都会结束' });
const SYSTEM = say({ en: 'it is a part of systemd itself', zh: '它是 systemd 自身的一部分' });
const QUORUM = say({ en: 'a node without it is out of its cluster, and may fence itself', zh: '没有它的节点会脱离集群，并可能自我隔离' });
const BOT = say({ en: 'the bot itself needs it', zh: '机器人自身需要它' });
const BACK = say({ en: 'by it the host takes a change back, or ends what was for a time', zh: '主机靠它收回未确认的更改或结束限时的设置' });
const STEP = say({ en: 'it is a step of the bot that goes on: cancel what runs instead', zh: '它是机器人正在执行的步骤：请改为取消该任务' });

const ROWS: readonly Row[] = [
  { units: /^hostler-(revert-.*|.*-x)\.(service|timer)$/i, verbs: (verb) => verb !== 'reset-failed', refused: true, why: BACK },
  { units: /^hostler-T[0-9A-Z]{11}.*\.(service|timer)$/, verbs: (verb) => verb !== 'reset-failed', refused: true, why: STEP },
  {
    units:
      /^((system-)?(poweroff|reboot|halt|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|sleep|shutdown|rescue|emergency|exit|umount|final|ctrl-alt-del|initrd-.*)\.target|systemd-(poweroff|reboot|halt|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|exit)\.service|(rescue|emergency)\.service|initrd-.*\.service)$/,
    verbs: (verb) => verb === 'start' || verb === 'restart',
    refused: true,
    why: OFF,
  },
  { units: /^(sshd?|dropbear)(@.*)?\.(service|socket)$/, verbs: (verb) => TAKES.has(verb), refused: true, why: WAY_IN },
  { units: /^(dbus|dbus-broker|messagebus)\.(service|socket)$/, verbs: (verb) => TAKES.has(verb) || verb === 'restart', refused: true, why: BUS },
  {
    units: /^(networking|network|NetworkManager|systemd-networkd|wicked|wickedd.*|connman|dhcpcd|ifup@.*)\.(service|socket)$/,
    verbs: (verb) => TAKES.has(verb),
    refused: true,
    why: NETWORK,
  },
  { units: /\.(slice|scope)$/, verbs: (verb) => TAKES.has(verb) || verb === 'restart', refused: true, why: GROUP },
  { units: /\.target$/, verbs: (verb) => TAKES.has(verb) || verb === 'restart', refused: true, why: GROUP },
  { units: /^(sshd?|dropbear)(@.*)?\.(service|socket)$/, verbs: (verb) => verb === 'restart', refused: false, why: WAY_IN },
  {
    units: /^(networking|network|NetworkManager|systemd-networkd|wicked|wickedd.*|connman|dhcpcd|ifup@.*)\.(service|socket)$/,
    verbs: (verb) => verb === 'restart',
    refused: false,
    why: NETWORK,
  },
  { units: /^systemd-|^-\.mount$/, verbs: (verb) => TAKES.has(verb) || verb === 'restart', refused: false, why: SYSTEM },
  {
    units: /^(corosync|pve-cluster|pve-ha-lrm|pve-ha-crm|watchdog-mux)\.service$/,
    verbs: (verb) => TAKES.has(verb) || verb === 'restart',
    refused: false,
    why: QUORUM,
    quorum: true,
  },
];
/** What the bot is made of, on the host it runs on. */
const OWN: Row = { units: /^(hostler.*|redis.*|valkey.*)\.(service|socket)$/, verbs: (verb) => TAKES.has(verb) || verb === 'restart', refused: true, why: BOT };

/** What must be known of a change that is more dangerous than it looks. `quorum`: it takes a node out of its cluster meanwhile. */
export interface Danger {
  readonly risk: Risk;
  readonly why: Said;
  readonly quorum: boolean;
}

/** How dangerous this is for that unit there: the risk it is raised to, and why. Throws Refusal for what would cost the host or the bot. */
export function guard(look: Look, host: Host, unit: string, verb: Verb): Danger | undefined {
  const rows = look.self?.host === host.name ? [OWN, ...ROWS] : ROWS;
  const row = rows.find(({ units, verbs }) => units.test(unit) && verbs(verb));
  if (!row) return undefined;
  if (!row.refused) return { risk: 'high', why: row.why, quorum: row.quorum === true };
  throw new Refusal(
    say(
      { en: '“{unit}” on {host} is not touched: {why}; nothing was done', zh: '不会触碰 {host} 上的“{unit}”：{why}；未做任何操作' },
      { unit, host: host.name, why: row.why },
    ),
    say({ en: 'if it must be, do it at the host’s console', zh: '如确有必要，请在主机控制台上操作' }),
  );
}
