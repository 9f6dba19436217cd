import type { Look } from '../../core/command.ts';
import { answer } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { packagesLock, packagesOf } from '../packages.ts';

/** Holds packages of a host, or lets them go; only those that are not so already. */
export async function holdPlan(look: Look, packages: readonly string[], hold: boolean): Promise<Plan> {
  const [host] = look.hosts;
  if (!host) throw new Refusal(say({ en: 'no such host', zh: '没有这台主机' }));
  const manager = await packagesOf(look, host);
  const wanted = [...new Set(packages)];
  const held = new Set(await manager.held(look, host));
  const change = wanted.filter((name) => held.has(name) !== hold);
  const values = { host: host.name, packages: list(change.length > 0 ? change : wanted) };
  if (change.length === 0)
    return answer(
      hold
        ? say({ en: 'already held on {host}: {packages}', zh: '{host} 上已保留：{packages}' }, values)
        : say({ en: 'not held on {host}: {packages}', zh: '{host} 上未保留：{packages}' }, values),
      [],
    );
  for (const name of hold ? change : []) {
    if ((await manager.show(look, host, name)).installed !== undefined) continue;
    throw new Refusal(
      say({ en: '“{name}” is not installed on {host}; nothing was done', zh: '{host} 上未安装“{name}”；未做任何操作' }, { name, host: host.name }),
      say({ en: 'only what is installed can be kept at its version', zh: '只能保留已安装的软件包' }),
    );
  }
  const on = { site: host.site, host: host.name };
  return {
    summary: hold
      ? say({ en: 'hold {packages} on {host}', zh: '在 {host} 上保留 {packages}' }, values)
      : say({ en: 'let go of {packages} on {host}', zh: '在 {host} 上取消保留 {packages}' }, values),
    steps: [
      {
        kind: 'exec',
        on,
        why: hold ? say({ en: 'hold', zh: '保留' }) : say({ en: 'let go', zh: '取消保留' }),
        argv: hold ? manager.hold(change) : manager.unhold(change),
        timeoutMs: 60_000,
      },
    ],
    facts: [
      {
        what: say({ en: 'held on {host}', zh: '{host} 上已保留' }, { host: host.name }),
        value: held.size > 0 ? list([...held]) : '-',
        at: look.now(),
        holds: `held ${host.name} ${wanted.map((name) => `${name}:${held.has(name)}`).join(' ')}`,
      },
    ],
    locks: [packagesLock(host)],
    risk: 'low',
    undo: { command: hold ? 'pkg unhold' : 'pkg hold', input: { host: host.name, packages: change } },
  };
}
