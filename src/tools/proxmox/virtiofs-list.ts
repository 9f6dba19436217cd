import type { Look } from '../../core/command.ts';
import type { Cell } from '../../core/types.ts';
import { quoted, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, placeOf } from '../guests/naming.ts';
import type { PveGuest } from './guest.ts';
import { pending } from './guest-reads.ts';
import { KEYS, mappings, type Share, shareOf } from './virtiofs-reads.ts';
import { mustBeNew } from './virtiofs-rules.ts';

/** The directories a guest is given or could be, as its node has them. Throws Refusal for a release before 8.4. */
export async function list(look: Look, guest: PveGuest): Promise<Draft> {
  await mustBeNew(look, guest);
  const [settings, known] = await Promise.all([look.read(guest.host, pending(guest)), look.read(guest.host, mappings(guest.node))]);
  const shares = settings
    .filter(({ key }) => KEYS.includes(key))
    .map(({ key, value, pending: next, gone }) => ({
      ...shareOf(key, next ?? value ?? ''),
      state: gone
        ? say({ en: 'until the next restart', zh: '下次重启前' })
        : next === undefined
          ? say({ en: 'yes', zh: '是' })
          : say({ en: 'from the next restart on', zh: '下次重启后' }),
    }));
  const row = (id: string, share: (Share & { state: Cell }) | undefined): Cell[] => {
    const mapping = known.find((one) => one.id === id);
    const path = mapping?.paths.get(guest.node);
    return [
      quoted(id),
      path === undefined ? say({ en: 'not on {node}', zh: '{node} 上没有' }, { node: guest.node }) : quoted(path),
      share?.state ?? say({ en: 'no', zh: '否' }),
      quoted(share === undefined ? '' : [share.key, ...share.options].join(' ')),
      quoted(mapping?.wrong.join('; ') ?? ''),
    ];
  };
  const others = known.filter(({ id }) => !shares.some((share) => share.id === id));
  const columns = [
    say({ en: 'directory', zh: '目录' }),
    say({ en: 'path on its node', zh: '节点上的路径' }),
    say({ en: 'attached', zh: '已挂载' }),
    say({ en: 'as', zh: '配置' }),
    say({ en: 'trouble', zh: '故障' }),
  ];
  return {
    summary: say({ en: 'shared directories of {guest} on {place}', zh: '{place} 上 {guest} 的共享目录' }, { guest: called(guest), place: placeOf(guest) }),
    answer: [{ kind: 'table', columns, rows: [...shares.map((share) => row(share.id, share)), ...others.map(({ id }) => row(id, undefined))] }],
  };
}
