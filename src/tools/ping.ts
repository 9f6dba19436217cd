import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';

/** What a ping found. Times in milliseconds; none when nothing came back. */
export interface Pinged {
  readonly sent: number;
  readonly received: number;
  readonly min?: number;
  readonly average?: number;
  readonly max?: number;
  /** What ping said instead, such as an unknown name. */
  readonly trouble?: string;
}

/** Three echo requests within five seconds: ping(8) of iputils. Exit 1 is no answer, 2 another trouble. */
export function ping(address: string): Read<Pinged> {
  return read({ argv: ['ping', '-c', '3', '-i', '0.2', '-w', '5', '-n', address], exits: [1, 2], parse: parsePing });
}

export function parsePing(output: string): Pinged {
  const [, sent, received] = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(output) ?? [];
  if (sent === undefined) return { sent: 0, received: 0, trouble: output.trim().split('\n').at(-1)?.slice(0, 200) ?? '' };
  const [, min, average, max] = /= ([\d.]+)\/([\d.]+)\/([\d.]+)/.exec(output) ?? [];
  return { sent: Number(sent), received: Number(received), ...(min && average && max ? { min: Number(min), average: Number(average), max: Number(max) } : {}) };
}
