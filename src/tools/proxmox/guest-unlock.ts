import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Step, Until, WaitStep } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf, where } from '../guests/naming.ts';
import { baseFacts, configFact, type Known, know, type PveGuest, unless, weigh } from './guest.ts';
import { guestPath, runningTasks } from './guest-reads.ts';

/** Takes a stale lock away, as root on the guest's node: the API cannot. Throws Refusal. */
export async function unlock(look: Look, seen: PveGuest): Promise<Draft> {
  const known = await know(look, seen);
  const { guest, lock } = known;
  const at = look.now();
  if (lock === undefined)
    return {
      summary: say(
        { en: '{name} on {place} is not locked: nothing to do', zh: '{place} 上的 {name} 未被锁定：无需操作' },
        { name: called(guest), place: placeOf(guest) },
      ),
      facts: baseFacts(known, at),
    };
  const { tasks, blind } = await holders(look, known, lock);
  if (tasks.length > 0)
    throw new Refusal(
      say(
        { en: '{name} is locked ({lock}) by what runs: {tasks}', zh: '{name} 被正在运行的任务锁定（{lock}）：{tasks}' },
        { name: exactly(guest), lock, tasks: list(tasks) },
      ),
      say({ en: 'wait until that has ended', zh: '请等它结束' }),
    );
  if (lock === 'suspended')
    throw new Refusal(
      say({ en: '{name} is suspended to disk: unlocked, its memory would be lost', zh: '{name} 已挂起到磁盘：解锁会丢失其内存' }, { name: exactly(guest) }),
      say({ en: '`vm resume {name}` lets it go on', zh: '可用 `vm resume {name}` 恢复' }, { name: exactly(guest) }),
    );
  const shell = shellOf(look, guest);
  const { risk, facts } = weigh(look, known, blind.length > 0 ? 'high' : 'medium', { lock });
  return {
    summary: say(
      { en: 'take lock “{lock}” away from {name} on {place}', zh: '解除 {place} 上 {name} 的锁“{lock}”' },
      { lock, name: called(guest), place: placeOf(guest) },
    ),
    steps: steps(known, lock, shell),
    facts: [
      ...baseFacts(known, at),
      ...facts,
      {
        what: say({ en: 'what runs', zh: '正在运行' }),
        value:
          blind.length > 0
            ? say({ en: 'not known: the tasks of {blind} cannot be read', zh: '未知：无法读取 {blind} 的任务' }, { blind: list(blind) })
            : say({ en: 'nothing of it is seen', zh: '未发现相关任务' }),
        at,
        holds: `idle ${guest.host.name} ${guest.vmid}`,
      },
      configFact(known, at),
    ],
    risk,
    undo: { impossible: say({ en: 'the lock was left over: there is nothing to put back', zh: '锁是残留的：没有可恢复的内容' }) },
    touches: [guest.host.name],
    ...(lock.startsWith('snapshot') ? { notes: [leftover(known)] } : {}),
  };
}

/** What may hold the lock, on any node: a migration runs where it began, a clone under the number it is made of. `blind`: nodes whose tasks cannot be read. */
async function holders(look: Look, { guest }: Known, lock: string): Promise<{ tasks: string[]; blind: string[] }> {
  const nodes = guest.all.nodes.filter(({ status, node }) => status === 'online' || node === guest.node).map(({ node }) => node);
  const asked = await Promise.all(nodes.map(async (node) => ({ node, running: await unless(look.read(guest.host, runningTasks(node))) })));
  const mayHold = ({ type, id }: { readonly type: string; readonly id: string }) =>
    id === String(guest.vmid) || (lock === 'backup' && type === 'vzdump' && id === '') || (lock === 'clone' && /^(qm|vz)clone$/.test(type));
  return {
    tasks: asked.flatMap(({ node, running = [] }) => running.filter(mayHold).map(({ type, id }) => `${`${type} ${id}`.trim()} (${node})`)),
    blind: asked.flatMap(({ node, running }) => (running === undefined ? [node] : [])),
  };
}

/** What a snapshot that was broken off leaves behind besides its lock. */
function leftover({ guest }: Known): Said {
  return say(
    { en: 'a snapshot that was broken off is shown by `{shows}`; `{cures}` takes it away', zh: '中断的快照可用 `{shows}` 查看，用 `{cures}` 移除' },
    { shows: lineFor(guest.family, 'snapshots', guest), cures: `${lineFor(guest.family, 'delsnapshot', guest)} NAME --force` },
  );
}

/** The lock is taken away by the shell's host, whose site may be another than that of the plan: then it is seen once more at the plan's own before. */
function steps({ guest }: Known, lock: string, shell: Host): Step[] {
  const here = shell.sites.includes(guest.host.site);
  const look = (wave: number, why: Said, until: Until): WaitStep => ({
    kind: 'wait',
    on: where(guest),
    wave,
    why,
    read: { path: guestPath(guest, 'status', 'current'), pick: 'data.lock' },
    until,
    everyMs: 1000,
    timeoutMs: 60_000,
  });
  const before = look(1, say({ en: 'see that it is locked still', zh: '确认它仍被锁定' }), { is: lock });
  return [
    ...(here ? [] : [before]),
    {
      kind: 'exec',
      on: { site: here ? guest.host.site : shell.site, host: shell.name, name: guest.name },
      wave: here ? 1 : 2,
      why: say({ en: 'take the lock away', zh: '解除锁' }),
      argv: [guest.type === 'lxc' ? 'pct' : 'qm', 'unlock', String(guest.vmid)],
      timeoutMs: 60_000,
    },
    look(here ? 2 : 3, say({ en: 'until it is not locked', zh: '直到锁已解除' }), { isNot: lock }),
  ];
}

/** The host by which root is reached on the guest's node. Throws Refusal when there is none. */
function shellOf(look: Look, { host, node }: PveGuest) {
  const shell = host.nodes?.find(({ name }) => name === node)?.shell;
  const found = shell === undefined ? undefined : look.find(shell);
  if (found) return found;
  throw new Refusal(
    say({ en: 'the API cannot unlock a guest: that takes root on {node}', zh: 'API 无法解锁客户机：需要 {node} 上的 root' }, { node }),
    shell === undefined
      ? say({ en: 'give node {node} a `host:` in the configuration', zh: '请在配置中为节点 {node} 指定 `host:`' }, { node })
      : say({ en: 'its host {shell} is not in your reach', zh: '其主机 {shell} 不在您的范围内' }, { shell }),
  );
}
