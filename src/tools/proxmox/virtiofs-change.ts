import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Fact, Params } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { baseFacts, call, configFact, type Known, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';
import { guestPath } from './guest-reads.ts';
import { KEYS, mappings, sharesOf } from './virtiofs-reads.ts';
import { mustBeNew, theShare, usable } from './virtiofs-rules.ts';

/** Gives a guest a directory of its node, by the mapping's name, from its next restart on. Throws Refusal. */
export async function attach(look: Look, seen: PveGuest, { dir }: { readonly dir: string }): Promise<Draft> {
  await mustBeNew(look, seen);
  const known = await know(look, seen);
  const { guest, config } = known;
  const { mapping, path } = usable(guest, await look.read(guest.host, mappings(guest.node)), dir);
  const at = look.now();
  const shares = sharesOf(config.values);
  if (shares.some(({ id }) => id === dir))
    return {
      summary: say({ en: '{guest} has directory {dir} already', zh: '{guest} 已有目录 {dir}' }, { guest: called(guest), dir }),
      facts: baseFacts(known, at),
    };
  const key = KEYS.find((one) => !shares.some((share) => share.key === one));
  if (key === undefined)
    throw new Refusal(
      say({ en: '{name} has {n} directories already, and no more can be', zh: '{name} 已有 {n} 个目录，已达上限' }, { name: exactly(guest), n: shares.length }),
      say({ en: '`{line} DIR` takes one away', zh: '可用 `{line} 目录` 移除一个' }, { line: lineFor('vm', 'virtiofs detach', guest) }),
    );
  const value = `dirid=${dir},cache=auto`;
  const others = [...mapping.paths.keys()].filter((node) => node !== guest.node);
  const change = { params: { [key]: value }, has: { [key]: value }, why: say({ en: 'attach {dir} as {key}', zh: '将 {dir} 挂载为 {key}' }, { dir, key }) };
  const facts: Fact[] = [
    {
      what: say({ en: 'directory', zh: '目录' }),
      value: say({ en: '{dir} is {path} on {node}', zh: '{dir} 是 {node} 上的 {path}' }, { dir, path, node: guest.node }),
      at,
      holds: `directory ${guest.host.name} ${guest.node} ${dir} ${path}`,
    },
    {
      what: say({ en: 'with it', zh: '挂载后' }),
      value: say({
        en: 'cannot be moved while it runs, suspended, or snapshotted with its memory',
        zh: '运行时无法迁移，无法挂起，也无法创建含内存的快照',
      }),
      at,
    },
    {
      what: say({ en: 'stopped, it may go to', zh: '停止时可迁往' }),
      value: others.length > 0 ? list(others) : say({ en: 'no other node: only this one has the directory', zh: '无：仅本节点有此目录' }),
      at,
    },
  ];
  return draft(look, known, {
    ...change,
    summary: say({ en: 'attach directory {dir} to', zh: '挂载目录 {dir} 到' }, { dir }),
    risk: 'medium',
    facts,
    back: 'attach',
    dir,
  });
}

/** Takes a directory away from a guest again, from its next restart on. Throws Refusal. */
export async function detach(look: Look, seen: PveGuest, { dir: typed }: { readonly dir: string }): Promise<Draft> {
  await mustBeNew(look, seen);
  const known = await know(look, seen);
  const { key, id: dir, options } = theShare(known.guest, sharesOf(known.config.values), typed);
  const lost = options.filter((option) => option !== 'cache=auto');
  const fact: Fact = { what: say({ en: 'directory', zh: '目录' }), value: quoted([dir, key, ...options].join(' ')), at: look.now() };
  const made = draft(look, known, {
    ...{ params: { delete: key }, has: { [key]: null }, why: say({ en: 'detach {dir} ({key})', zh: '卸载 {dir}（{key}）' }, { dir, key }) },
    ...{ summary: say({ en: 'detach directory {dir} from', zh: '卸载目录 {dir}，来自' }, { dir }), risk: 'medium', facts: [fact], back: 'detach', dir },
  });
  if (lost.length === 0) return made;
  const note = say({ en: 'undo attaches it without its options: {lost}', zh: '撤销会重新挂载，但不含其选项：{lost}' }, { lost: list(lost) });
  return { ...made, notes: [...(made.notes ?? []), note] };
}

interface Change {
  readonly summary: Said;
  readonly why: Said;
  readonly params: Params;
  readonly has: { readonly [key: string]: string | null };
  readonly risk: 'medium';
  readonly facts: readonly Fact[];
  readonly back: 'attach' | 'detach';
  readonly dir: string;
}

/** What both have in common: one call, only against the config that was seen. */
function draft(look: Look, known: Known, { summary, why, params, has, risk: floor, facts, back, dir }: Change): Draft {
  const { guest, config, state } = known;
  mustBeNoTemplate(known);
  mustBeFree(known);
  const at = look.now();
  const weighed = weigh(look, known, floor);
  const waits = state !== 'stopped';
  return {
    summary: say({ en: '{what} {guest} on {place}', zh: '{what} {place} 上的 {guest}' }, { what: summary, guest: called(guest), place: placeOf(guest) }),
    steps: [
      call(guest, {
        ...{ method: 'PUT', path: ['config'], params: { ...params, digest: config.digest }, why, timeoutMs: 60_000 },
        proof: { path: guestPath(guest, 'config'), has },
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      ...weighed.facts,
      ...facts,
      ...(waits ? [{ what: say({ en: 'takes effect', zh: '生效' }), value: say({ en: 'PENDING until its next restart', zh: '待下次重启后生效' }), at }] : []),
      configFact(known, at),
    ],
    risk: weighed.risk,
    undo: { command: back === 'attach' ? 'vm virtiofs detach' : 'vm virtiofs attach', input: { guest: exactly(guest), dir } },
    ...(waits ? { notes: [say({ en: '`{line}` brings it into effect', zh: '可用 `{line}` 使其生效' }, { line: lineFor('vm', 'reboot', guest) })] } : {}),
  };
}
