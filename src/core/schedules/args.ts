import { z } from 'zod';
import { word } from '../args.ts';

/** One of these words. */
export const choice = <const T extends string>(words: readonly [T, ...T[]]) => z.enum(words);

/** A schedule's id: `S` and eleven characters. */
export const scheduleName = () => word(/^[Ss][0-9A-Za-z]{11}$/, { en: 'SCHEDULE', zh: '时间表' });
