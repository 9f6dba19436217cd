import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { exactly, lineFor } from '../guests/naming.ts';
import { nodeVersion } from './cluster.ts';
import type { PveGuest } from './guest.ts';
import type { Mapping, Share } from './virtiofs-reads.ts';

/** Throws Refusal when the guest's node runs a release before 8.4. */
export async function mustBeNew(look: Look, { host, node }: PveGuest): Promise<void> {
  const version = await look.read(host, nodeVersion(node));
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number);
  if (!(major < 8 || (major === 8 && minor < 4))) return;
  throw new Refusal(
    say({ en: '{node} runs Proxmox VE {version}, which has no shared directories', zh: '{node} 运行 Proxmox VE {version}，不支持共享目录' }, { node, version }),
    say({ en: 'they came with 8.4', zh: '自 8.4 起支持' }),
  );
}

/** The mapping of this name, and where it is on the guest's node. Throws Refusal with those there are. */
export function usable({ node }: PveGuest, all: readonly Mapping[], id: string): { mapping: Mapping; path: string } {
  const mapping = all.find((one) => one.id === id);
  const here = all.filter(({ paths }) => paths.has(node)).map((one) => one.id);
  const hint =
    here.length > 0
      ? say({ en: 'on {node} there is: {here}', zh: '{node} 上可用：{here}' }, { node, here: list(here) })
      : say({ en: 'directory mappings are made in the web interface of the cluster', zh: '目录映射请在集群的网页界面中创建' });
  if (!mapping)
    throw new Refusal(say({ en: 'there is no directory “{id}”, or our token may not use it', zh: '没有目录“{id}”，或我们的令牌无权使用' }, { id }), hint);
  const path = mapping.paths.get(node);
  if (path === undefined)
    throw new Refusal(
      say(
        { en: 'directory “{id}” has no path on {node}, only on {nodes}', zh: '目录“{id}”在 {node} 上没有路径，仅在 {nodes} 上有' },
        { id, node, nodes: mapping.paths.size > 0 ? list([...mapping.paths.keys()]) : '-' },
      ),
      hint,
    );
  if (mapping.wrong.length > 0)
    throw new Refusal(
      say({ en: 'directory “{id}” is not right on {node}: {wrong}', zh: '目录“{id}”在 {node} 上有误：{wrong}' }, { id, node, wrong: list(mapping.wrong) }),
      hint,
    );
  return { mapping, path };
}

/** The share that was typed, by its mapping or as `virtiofs0`. Throws Refusal with those there are. */
export function theShare(guest: PveGuest, shares: readonly Share[], typed: string): Share {
  const named = shares.filter(({ key }) => key === typed);
  const [share, ...others] = named.length > 0 ? named : shares.filter(({ id }) => id === typed);
  if (!share)
    throw new Refusal(
      say({ en: '{name} has no directory “{typed}”', zh: '{name} 没有目录“{typed}”' }, { name: exactly(guest), typed }),
      shares.length > 0
        ? say({ en: 'it has: {ids}', zh: '现有：{ids}' }, { ids: list(shares.map(({ id }) => id)) })
        : say({ en: 'it has none; `{line}` shows what there is', zh: '没有任何目录；可用 `{line}` 查看' }, { line: lineFor('vm', 'virtiofs list', guest) }),
    );
  if (others.length > 0)
    throw new Refusal(
      say({ en: '{name} has “{typed}” more than once', zh: '{name} 多次挂载了“{typed}”' }, { name: exactly(guest), typed }),
      say({ en: 'say which: {keys}', zh: '请指明：{keys}' }, { keys: list([share, ...others].map(({ key }) => key)) }),
    );
  return share;
}
