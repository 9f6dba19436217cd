import type { Cell } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { span } from '../units.ts';
import { isKernel, type Pending, type Upgrade } from './package.ts';

const NOT_PUBLISHED = say({ en: 'not published', zh: '发行版未公布' });
const UNKNOWN = say({ en: 'cannot be told', zh: '无法判断' });

/** How many of these are for security, where the sources say so. */
export function securityCell({ upgrades, tellsSecurity }: Pending): Cell {
  return tellsSecurity ? upgrades.filter(({ security }) => security).length : NOT_PUBLISHED;
}

/** CVE ids, the first few by name. */
export function cvesCell({ cves }: Pending): Cell {
  if (cves === undefined) return NOT_PUBLISHED;
  if (cves.length === 0) return '-';
  return cves.length <= 3 ? cves.join(' ') : say({ en: '{n}: {some} …', zh: '{n} 个：{some} …' }, { n: cves.length, some: cves.slice(0, 2).join(' ') });
}

/** Whether a reboot is needed now, and whether it will be. */
export function rebootCell({ reboot, upgrades }: Pending): Cell {
  if (reboot) return say({ en: 'needed', zh: '需要' });
  const kernel = upgrades.find(({ name }) => isKernel(name));
  if (kernel) return say({ en: 'after the update: {kernel}', zh: '更新后需要：{kernel}' }, { kernel: kernel.name });
  return reboot === undefined ? UNKNOWN : '-';
}

export function heldCell({ held }: Pending): Cell {
  if (held === undefined) return UNKNOWN;
  return held.length === 0 ? '-' : held.length <= 3 ? held.join(' ') : held.length;
}

/** How old the package lists are. */
export function listsCell(listsAt: number | undefined, now: number): Said {
  if (listsAt === undefined) return say({ en: 'never fetched', zh: '从未获取' });
  return say({ en: '{age} old', zh: '{age}前' }, { age: span(Math.max(0, now - listsAt) / 1000) });
}

/** `bash 5.1 → 5.2, zlib (new) 1.3`: the first of them. */
export function named(upgrades: readonly Upgrade[], most: number): Said {
  const shown = upgrades.slice(0, most).map(({ name, from, to }) => (from === undefined ? `${name} + ${to}` : `${name} ${from} → ${to}`));
  const more = upgrades.length - shown.length;
  return list(more > 0 ? [...shown, say({ en: 'and {more} more', zh: '另有 {more} 个' }, { more })] : shown);
}
