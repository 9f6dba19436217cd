import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import type { PackageManager, Pending, Transaction } from './package.ts';

/** Which of the updates are wanted: all, or those for security, or these. */
export interface Wish {
  readonly security: boolean;
  readonly only: readonly string[];
}

/** What would be installed for a wish. Throws Refusal where that cannot be said or would remove something. */
export async function chosen(look: Look, host: Host, manager: PackageManager, pending: Pending, { security, only }: Wish): Promise<Transaction> {
  const { name } = host;
  if (pending.broken.length > 0)
    throw new Refusal(
      say(
        { en: 'packages of {name} are broken: {first}; nothing was done', zh: '{name} 的软件包已损坏：{first}；未做任何操作' },
        { name, first: pending.broken[0]?.slice(0, 200) ?? '' },
      ),
      say({ en: '`pkg check {name}` shows it', zh: '可用 `pkg check {name}` 查看' }, { name }),
    );
  if (pending.listsAt === undefined)
    throw new Refusal(
      say({ en: '{name} has no package lists yet: what is new cannot be said', zh: '{name} 还没有软件包列表：无法判断有哪些更新' }, { name }),
      say({ en: '`pkg refresh {name}` fetches them', zh: '可用 `pkg refresh {name}` 获取' }, { name }),
    );
  if (security && !pending.tellsSecurity)
    throw new Refusal(
      say({ en: 'the package sources of {name} do not say which updates are for security', zh: '{name} 的软件源未说明哪些是安全更新' }, { name }),
      say({ en: 'without `--security` all are installed; `--only` names some', zh: '不加 `--security` 会安装全部；`--only` 可指定软件包' }),
    );
  const there = new Set(pending.upgrades.map((one) => one.name));
  const missing = only.filter((one) => !there.has(one));
  if (missing.length > 0)
    throw new Refusal(
      pending.held?.some((one) => missing.includes(one))
        ? say({ en: '{missing} on {name}: held at its version', zh: '{name} 上的 {missing} 被保留在当前版本' }, { missing: list(missing), name })
        : say({ en: 'there is no update of {missing} on {name}', zh: '{name} 上没有 {missing} 的更新' }, { missing: list(missing), name }),
      say({ en: '`pkg show {name} {first}` shows it', zh: '可用 `pkg show {name} {first}` 查看' }, { name, first: missing[0] ?? '' }),
    );
  const wanted = pending.upgrades.filter((one) => (!security || one.security) && (only.length === 0 || only.includes(one.name)));
  if (wanted.length === 0) return { upgrades: [], removes: [] };
  const whole = wanted.length === pending.upgrades.length;
  const found = whole ? pending : await manager.preview(look, host, wanted);
  if (found.removes.length > 0)
    throw new Refusal(
      say(
        { en: 'on {name} this would remove {removes}; nothing was done', zh: '在 {name} 上这会移除 {removes}；未做任何操作' },
        { name, removes: list(found.removes) },
      ),
      say({ en: '`--only` installs some without that', zh: '可用 `--only` 只安装一部分' }),
    );
  const secure = new Set(pending.upgrades.flatMap((one) => (one.security ? [one.exact] : [])));
  const upgrades = found.upgrades.map((one) => ({ ...one, security: one.security || secure.has(one.exact) }));
  return { upgrades: upgrades.toSorted((a, b) => (a.exact < b.exact ? -1 : 1)), removes: [] };
}
