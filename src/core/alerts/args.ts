import { z } from 'zod';
import { naming } from '../argument.ts';
import type { Words } from '../words.ts';

const idOf = (letter: string) =>
  z
    .string()
    .regex(new RegExp(`^[${letter}${letter.toLowerCase()}][0-9A-Za-z]{3,15}$`))
    .transform((id) => id.toUpperCase());

/** An alert by its id: `A` and eleven letters and digits, in any case. What is near one is taken, so that the refusal can name it. */
export const alertName = () => naming(idOf('A'), 'alert', { en: 'ALERT', zh: '告警' });

/** Silences by their ids: `Z` and eleven letters and digits, in any case. */
export const silenceNames = () => naming(z.array(idOf('Z')).min(1).max(50), 'text', { en: 'SILENCE …', zh: '静默 …' });

/** Words that a command reads by itself. */
export const words = (label: Words) => naming(z.array(z.string().min(1).max(1000)).min(1).max(20), 'text', label);
