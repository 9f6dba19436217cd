import type { Fact } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Stored } from './storage.ts';

/** Which storage it is, as configured when it was looked at. */
export function configFact({ host, storage }: Stored, at: number): Fact {
  return {
    what: say({ en: 'storage', zh: '存储' }),
    value: `${host.name}/${storage.storage} (${storage.type})`,
    at,
    holds: `storage ${host.name} ${storage.storage} ${storage.disabled} ${storage.digest ?? ''}`,
  };
}

/** Guests by name and number, and whether they run. */
export function guestWords(guests: readonly { readonly name: string; readonly vmid: number; readonly status: string }[]): Said {
  if (guests.length === 0) return say({ en: 'none', zh: '无' });
  const shown = guests
    .slice(0, 10)
    .map(({ name, vmid, status }) =>
      status === 'running'
        ? say({ en: '{name} ({vmid}, running)', zh: '{name}（{vmid}，运行中）' }, { name, vmid })
        : say({ en: '{name} ({vmid})', zh: '{name}（{vmid}）' }, { name, vmid }),
    );
  const rest = guests.length - shown.length;
  return list([...shown, ...(rest > 0 ? [say({ en: 'and {rest} more', zh: '等另外 {rest} 台' }, { rest })] : [])]);
}
