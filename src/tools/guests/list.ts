import { answer, type Look } from '../../core/command.ts';
import { matches } from '../../core/policy.ts';
import type { Cell, Plan } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import { allGuests } from './find.ts';
import { type Family, type Guest, stateWords } from './guest.ts';
import { placeOf } from './naming.ts';

const NOUNS: Readonly<Record<Family, Said>> = { vm: say({ en: 'virtual machines', zh: '虚拟机' }), ct: say({ en: 'containers', zh: '容器' }) };

/** Every guest of a family on every host of the request, in one table. `on`: what was asked for; a node's name narrows its cluster to it. */
export async function listPlan(look: Look, family: Family, on: readonly string[]): Promise<Plan> {
  const { guests, listed, notes } = await allGuests(look);
  const rows = guests.filter((guest) => guest.family === family && isMeant(guest, on)).map(row);
  const columns = [
    say({ en: 'guest', zh: '客户机' }),
    say({ en: 'id', zh: '编号' }),
    say({ en: 'state', zh: '状态' }),
    say({ en: 'CPUs', zh: 'CPU' }),
    say({ en: 'memory', zh: '内存' }),
    say({ en: 'tags', zh: '标签' }),
    say({ en: 'host', zh: '主机' }),
  ];
  return answer(NOUNS[family], [{ kind: 'table', columns, rows }], { listed, notes });
}

/** A host, tag or site names all of a host's guests, a node those on it. */
function isMeant({ host, node }: Guest, on: readonly string[]): boolean {
  return on.length === 0 || on.some((pattern) => matches(pattern, host) || pattern === node);
}

function row(guest: Guest): Cell[] {
  const { name, vmid, cpus, memory, tags } = guest;
  const id = vmid === undefined ? '' : String(vmid);
  return [short(name, 40), id, stateCell(guest), cpus || '', memory ? bytes(memory) : '', short(tags.join(' '), 24), placeOf(guest)];
}

function stateCell({ state, template, away, lock }: Guest): Said {
  if (away) return say({ en: 'its node is offline', zh: '所在节点已离线' });
  if (template) return say({ en: 'template', zh: '模板' });
  if (lock !== undefined) return say({ en: '{state}, locked ({lock})', zh: '{state}，已锁定（{lock}）' }, { state: stateWords(state), lock });
  return stateWords(state);
}

/** Text as far as a table has room for it. */
function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
