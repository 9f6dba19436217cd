import { type OutputMessage, type Shown, Throttled } from '../../core/chat.ts';
import { speak } from '../../core/words.ts';
import type { Poster, Target } from './poster.ts';
import { capped, escaped } from './rich.ts';
import { called } from './trouble.ts';

/** Uploads an output as a file into the thread, unless an earlier attempt did: the file's name carries the key. */
export async function upload({ text, lang, name, content }: OutputMessage, target: Target, poster: Poster): Promise<Shown> {
  const before = await poster.found(target);
  if (before) return { post: before, sent: 0 };
  if (target.still?.() === false) throw new Throttled(0);
  const { room, thread, key } = target;
  const file = { content, filename: fileName(name, key), title: capped(name, 200), initial_comment: escaped(speak(text, lang), 2000) };
  const where = thread === undefined ? { channel_id: room } : { channel_id: room, thread_ts: thread };
  await called(poster.api.filesUploadV2({ ...where, ...file }), room);
  return { post: undefined, sent: 1 };
}

/** `vm-list.txt` as `vm-list-KEY.txt`. */
export function fileName(name: string, key: string): string {
  const [, stem = 'output', ending = '.txt'] = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/s.exec(name) ?? [];
  return `${stem.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'output'}-${key}${ending}`;
}
