import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { assess } from '../../core/risk.ts';
import type { Plan } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import { verifiedWords, when } from './archive-words.ts';
import { configIn, diskStorage, nodeFor, type Source } from './backup-restore.ts';
import { scratchId, unplugged, untestable } from './backup-scratch.ts';
import { stepsOf } from './backup-test-steps.ts';
import { lockIn } from './cluster-guests.ts';
import { mustBeQuorate } from './cluster-view.ts';
import { flag } from './fields.ts';

/** Restores to a scratch guest with its network unplugged, starts it, waits for it to run (and its agent to answer), and destroys it whatever happened. */
export async function testPlan(
  look: Look,
  source: Source,
  { to, disks }: { readonly to: string | undefined; readonly disks: string | undefined },
): Promise<Plan> {
  const { host, archive, type } = source;
  await mustBeQuorate(look, [host]);
  const node = nodeFor(source, to);
  const config = await configIn(look, source);
  if (!config)
    throw new Refusal(
      say(
        { en: 'the config inside of {volid} cannot be read, so its network cannot be unplugged', zh: '无法读取 {volid} 中的配置，因此无法断开其网络' },
        { volid: archive.volid },
      ),
      RESTORE,
    );
  const why = untestable(config);
  if (why) throw new Refusal(why, RESTORE);
  const storage = diskStorage(source, node, disks, config);
  const vmid = scratchId(look.ticket);
  if (source.all.guests.some((guest) => guest.vmid === vmid))
    throw new Refusal(say({ en: 'number {vmid} is taken; ask once more', zh: '编号 {vmid} 已被占用；请再次请求' }, { vmid }));
  const at = look.now();
  const agent = type === 'qemu' && flag({ agent: (config.get('agent') ?? '').replace(/^enabled=/, '').split(',')[0] }, 'agent');
  const cards = unplugged(config);
  const room = roomOn(source, node, config);
  const assessed = assess('medium', { host: host.name, node, ...(room ? { noRoom: room } : {}) }, look.self, at);
  return {
    summary: say(
      { en: 'test {volid} in a scratch guest on {node} of {host}', zh: '在 {host} 节点 {node} 的临时客户机中测试 {volid}' },
      { volid: archive.volid, node, host: host.name },
    ),
    steps: stepsOf({ source, node, vmid, storage, cards, agent }),
    facts: [
      {
        what: say({ en: 'backup', zh: '备份' }),
        value: say(
          { en: '{when} UTC, {size}, verified: {verified}', zh: '{when} UTC，{size}，校验：{verified}' },
          { when: when(archive.at), size: bytes(archive.size), verified: verifiedWords(archive.verified) },
        ),
        at,
        holds: `archive ${host.name} ${archive.volid} ${archive.at}`,
      },
      { what: say({ en: 'scratch guest', zh: '临时客户机' }), value: say({ en: '{vmid}, destroyed at the end', zh: '{vmid}，结束时销毁' }, { vmid }), at },
      {
        what: say({ en: 'unplugged', zh: '已断开' }),
        value: Object.keys(cards).length > 0 ? list(Object.keys(cards)) : say({ en: 'has no network card', zh: '没有网卡' }),
        at,
      },
      {
        what: say({ en: 'proof', zh: '证明' }),
        value: agent ? say({ en: 'its agent answers', zh: '客户机代理有回应' }) : say({ en: 'it is seen to run', zh: '确认其运行' }),
        at,
      },
      ...assessed.facts,
    ],
    locks: [lockIn(host, { node, vmid })],
    risk: assessed.risk,
    undo: { impossible: say({ en: 'it leaves nothing behind', zh: '不会留下任何东西' }) },
  };
}

const RESTORE = say({ en: '`backup restore` restores it without starting it', zh: '`backup restore` 可恢复而不启动' });

/** What it needs, where the node has less memory free. */
function roomOn({ all }: Source, node: string, config: ReadonlyMap<string, string>) {
  const on = all.nodes.find((one) => one.node === node);
  const needs = (Number((config.get('memory') ?? '').replace(/^current=/, '')) || 512) * 2 ** 20;
  const free = on ? on.memory - on.memoryUsed : 0;
  return needs > free ? { node, free, needs } : undefined;
}
