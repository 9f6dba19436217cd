import { Refusal } from './errors.ts';
import { DAYS } from './hours.ts';
import { say } from './words.ts';

const DAY = 86_400_000;
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const WEEKLY = /^(?:(?:(sun|mon|tue|wed|thu|fri|sat)[a-z]*|(?:周|星期)([日天一二三四五六]))\s*)?(\d{1,2}:\d{2})$/i;
const CHINESE = ['日', '一', '二', '三', '四', '五', '六'];

/**
 * A moment as people write it, in milliseconds since the epoch: `2026-11-28 03:00` in UTC or with its offset, a date alone for its midnight,
 * and `03:00` or `sat 03:00` for the next such moment after `now`, in UTC. Throws Refusal.
 */
export function readMoment(text: string, now: number): number {
  const typed = text.trim();
  const dated = ISO.exec(typed);
  if (dated) return onDate(dated[1] ?? '', `${dated[2] ?? '00:00'}:${dated[3] ?? '00'}`, dated[4] ?? 'Z') ?? refuse(text);
  const [, day, chinese, time = ''] = WEEKLY.exec(typed) ?? [];
  const minutes = minutesOf(time);
  if (minutes === undefined) return refuse(text);
  const midnight = now - (now % DAY);
  const today = new Date(now).getUTCDay();
  const wanted = day !== undefined ? DAYS.findIndex((name) => name.toLowerCase() === day.toLowerCase()) : chinese !== undefined ? dayOf(chinese) : today;
  const moment = midnight + ((wanted - today + 7) % 7) * DAY + minutes * 60_000;
  if (moment > now) return moment;
  return moment + (day === undefined && chinese === undefined ? DAY : 7 * DAY);
}

const dayOf = (name: string) => Math.max(0, CHINESE.indexOf(name));

/** Undefined for a day or a time that there is not: of the 31st of a month of 30 days a calendar would make the first of the next. */
function onDate(date: string, time: string, zone: string): number | undefined {
  const utc = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 19) !== `${date}T${time}`) return undefined;
  if (/^(z|utc)$/i.test(zone)) return utc;
  const [hours = 0, minutes = 0] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 14 || minutes > 59) return undefined;
  return utc - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function minutesOf(time: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

function refuse(text: string): never {
  throw new Refusal(
    say({ en: '“{text}” is not a time', zh: '“{text}”不是时间' }, { text: text.slice(0, 80) }),
    say({
      en: 'write "2026-11-28 03:00" (UTC), "2026-11-28T03:00+01:00", "sat 03:00" or "03:00" (the next such time, UTC)',
      zh: '请写作 "2026-11-28 03:00"（UTC）、"2026-11-28T03:00+01:00"、"sat 03:00" 或 "03:00"（UTC 的下一个该时刻）',
    }),
  );
}
