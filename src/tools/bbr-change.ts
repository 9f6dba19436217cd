import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Argv, Plan, Step, Undo } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { applyFile, applyNow, atBoot, BBR_FILE, type Bbr, bbr, loadBbr, running, sysctlText } from './bbr.ts';
import { knownFacts, mustHave } from './facts.ts';
import { putFile, removeFile } from './files.ts';

/** What is wanted: an algorithm and the queue that new links get. */
export interface Wanted {
  readonly congestion: string;
  readonly qdisc: string;
}

interface Seen {
  readonly host: Host;
  readonly now: Bbr;
}

/** Sets what runs and what the next boot sets, and sees it run. `on`: bbr is wanted, else what it replaced. */
export async function bbrPlan(look: Look, wanted: Wanted, on: boolean): Promise<Plan> {
  const seen = await Promise.all(
    look.hosts.map(async (host): Promise<Seen> => {
      mustHave(host, await knownFacts(look, host), 'sysctl', 'modprobe');
      return { host, now: await look.read(host, bbr()) };
    }),
  );
  const without = seen.filter(({ now }) => !now.available.includes(wanted.congestion) && !(on && now.exists));
  if (without.length > 0)
    throw new Refusal(
      say(
        { en: 'the kernel of {hosts} has no {what}; nothing was done', zh: '{hosts} 的内核没有 {what}；未做任何操作' },
        { hosts: names(without), what: wanted.congestion },
      ),
      say({ en: '`net bbr show {host}` shows what there is', zh: '可用 `net bbr show {host}` 查看可用算法' }, { host: without[0]?.host.name ?? '' }),
    );
  const open = seen.filter(({ now }) => !isSo(now, wanted, on));
  const notes = [...seen.flatMap(({ host, now }) => overruled(host, now, wanted)), ...(on && open.length > 0 ? [OLD_LINKS] : [])];
  if (open.length === 0)
    return answer(say({ en: '{what} already runs on {hosts}', zh: '{hosts} 已在运行 {what}' }, { what: wanted.congestion, hosts: names(seen) }), [], { notes });
  return {
    summary: say(
      { en: 'TCP congestion control {what} on {hosts}', zh: '在 {hosts} 上使用 TCP 拥塞控制 {what}' },
      { what: wanted.congestion, hosts: names(open) },
    ),
    steps: open.flatMap(({ host, now }) => stepsFor(host, now, wanted, on)),
    facts: open.map(({ host, now }) => ({
      what: say({ en: 'congestion control of {host}', zh: '{host} 的拥塞控制' }, { host: host.name }),
      value: `${now.congestion} · ${now.qdisc}`,
      at: look.now(),
      holds: `bbr ${host.name} ${now.congestion} ${now.qdisc} ${now.configured.map(({ file, key, value }) => `${file}:${key}=${value}`).join(' ')}`,
    })),
    locks: open.map(({ host }) => ({ name: `${host.site}/${host.name}/sysctl` })),
    risk: 'low',
    undo: undoOf(open, on),
    notes,
  };
}

const OLD_LINKS = say({
  en: 'links that are up keep the queue they have until they are made anew; BBR paces by itself there',
  zh: '已启用的网卡保留现有队列直到重建；BBR 会自行调速',
});

function names(seen: readonly Seen[]): Said {
  return list(seen.map(({ host }) => host.name));
}

function ours({ configured }: Bbr) {
  return configured.filter(({ file }) => file === BBR_FILE);
}

/** What brings bbr at boot besides our own file. */
function others({ configured }: Bbr) {
  return configured.filter(({ file }) => file !== BBR_FILE);
}

function isSo(now: Bbr, wanted: Wanted, on: boolean): boolean {
  const runs = now.congestion === wanted.congestion && now.qdisc === wanted.qdisc;
  if (on) return runs && atBoot(now, 'congestion')?.value === wanted.congestion;
  return runs && (atBoot(now, 'congestion')?.value ?? wanted.congestion) === wanted.congestion && (others(now).length > 0 || ours(now).length === 0);
}

function stepsFor(host: Host, now: Bbr, wanted: Wanted, on: boolean): Step[] {
  const target = { site: host.site, host: host.name };
  const step = (why: Said, argv: Argv, stdin?: string): Step => ({
    kind: 'exec',
    on: target,
    why,
    argv,
    ...(stdin === undefined ? {} : { stdin }),
    timeoutMs: 30_000,
  });
  const { congestion, qdisc } = wanted;
  // Removing lines leaves bbr running until the next boot: the values are set in any case.
  const keep = on || others(now).some(({ key, value }) => value !== (key === 'qdisc' ? qdisc : congestion));
  return [
    ...(on && !now.available.includes('bbr') ? [step(say({ en: 'load tcp_bbr', zh: '加载 tcp_bbr' }), loadBbr())] : []),
    ...(keep
      ? [
          step(say({ en: 'write {file}', zh: '写入 {file}' }, { file: BBR_FILE }), putFile(BBR_FILE), sysctlText(congestion, qdisc)),
          step(say({ en: 'set what the file says', zh: '应用该文件' }), applyFile()),
        ]
      : [
          ...(ours(now).length > 0 ? [step(say({ en: 'remove {file}', zh: '删除 {file}' }, { file: BBR_FILE }), removeFile(BBR_FILE))] : []),
          step(say({ en: 'set {what} and {qdisc}', zh: '设为 {what} 与 {qdisc}' }, { what: congestion, qdisc }), applyNow(congestion, qdisc)),
        ]),
    {
      kind: 'wait',
      on: target,
      why: seenToRun(now, wanted),
      read: { argv: running() },
      until: { is: `${congestion} ${qdisc}` },
      everyMs: 500,
      timeoutMs: 10_000,
    },
  ];
}

/** Files that come after ours at boot and say otherwise. */
function late({ configured }: Bbr, { congestion, qdisc }: Wanted) {
  const after = (file: string) => file !== BBR_FILE && (file === '/etc/sysctl.conf' || baseOf(file) > baseOf(BBR_FILE));
  return configured.filter(({ file, key, value }) => after(file) && value !== (key === 'qdisc' ? qdisc : congestion));
}

function overruled(host: Host, now: Bbr, wanted: Wanted): Said[] {
  return late(now, wanted).map(({ file, value }) =>
    say(
      { en: '{host}: {file} brings {value} back at the next boot; change it there', zh: '{host}：{file} 会在下次启动时恢复 {value}，请在该文件中修改' },
      { host: host.name, file, value },
    ),
  );
}

/** What the last step is for; it stands on the card at the end, too. */
function seenToRun(now: Bbr, wanted: Wanted): Said {
  const [first] = late(now, wanted);
  if (!first) return say({ en: 'see that it runs', zh: '确认正在运行' });
  return say(
    { en: 'see that it runs; at the next boot {file} brings {value} back', zh: '确认正在运行；下次启动时 {file} 会恢复 {value}' },
    { file: first.file, value: first.value },
  );
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function undoOf(open: readonly Seen[], on: boolean): Undo {
  const hosts = open.map(({ host }) => host.name);
  const [first] = open;
  const same = open.every(({ now }) => now.congestion === first?.now.congestion && now.qdisc === first.now.qdisc);
  const { congestion = '', qdisc = '' } = first?.now ?? {};
  if (!on && same && congestion === 'bbr' && qdisc === 'fq') return { command: 'net bbr on', input: { on: hosts } };
  if (on && same && congestion !== 'bbr' && open.every(({ now }) => ours(now).length === 0))
    return { command: 'net bbr off', input: { on: hosts, congestion, qdisc } };
  return { impossible: say({ en: 'what was there before is no one setting: see the facts above', zh: '之前的设置不一致：见上方事实' }) };
}
