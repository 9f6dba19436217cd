import { type Said, say } from '../../core/words.ts';
import { bytes, span } from '../units.ts';
import { ago } from './archive-words.ts';
import type { Gc } from './pbs.ts';

/** When it will be full; `full` in seconds since the epoch, `now` in milliseconds. An estimate that has passed means it does not fill up. */
export function fullWords(full: number | undefined, now: number): Said {
  if (full === undefined) return say({ en: 'not known yet', zh: '暂无估计' });
  const left = full - now / 1000;
  return left <= 0 ? say({ en: 'not filling up', zh: '未在增长' }) : say({ en: 'in {span}', zh: '{span}后' }, { span: span(left) });
}

/** The last garbage collection in a phrase. */
export function gcWords(gc: Gc | undefined, now: number): Said {
  if (!gc || (gc.ended === undefined && gc.state === undefined)) return say({ en: 'never seen', zh: '未见' });
  const values = { ago: gc.ended === undefined ? '?' : ago(gc.ended, now), removed: bytes(gc.removed), state: gc.state ?? '' };
  return gc.state === undefined || gc.state === 'OK'
    ? say({ en: '{ago}, {removed} removed', zh: '{ago}，删除 {removed}' }, values)
    : say({ en: '{ago}, FAILED: {state}', zh: '{ago}，失败：{state}' }, values);
}
