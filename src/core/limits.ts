import type { Limits } from './ports.ts';
import { duration } from './time.ts';
import { type Said, say } from './words.ts';

/** A no of the limits. */
export type TooMuch = Extract<Awaited<ReturnType<Limits['take']>>, { readonly ok: false }>;

/** That too much was asked, and when it will be heard again. */
export function tooMuch({ whose, most, afterMs }: TooMuch): Said {
  const time = duration(Math.max(1000, afterMs));
  return whose === 'person'
    ? say({ en: 'more than {most} in a minute from you; again in {time}', zh: '您一分钟内超过 {most} 次；请 {time}后再试' }, { most, time })
    : say({ en: 'more than {most} in a minute from this room; again in {time}', zh: '此房间一分钟内超过 {most} 次；请 {time}后再试' }, { most, time });
}
