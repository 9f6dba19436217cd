import type { Log } from './ports.ts';
import type { Block, Part } from './types.ts';
import { clean, type Said, say } from './words.ts';

/** Long texts that answers refer to, by a name made from what they say. */
export interface Files {
  /** Keeps a text for 30 days, its beginning and end where it is too long; its name. */
  save(text: string): Promise<string>;
  /** Undefined where there is none (any more), or it is not what its name says. */
  read(ref: string): Promise<string | undefined>;
}

type FileBlock = Extract<Block, { kind: 'file' }>;

/** A part whose long texts are stored: its blocks name them, and it carries them no more. What cannot be stored has no name, and is said to be missing. */
export async function keepFiles(part: Part, files: Pick<Files, 'save'>, log: Log): Promise<Part> {
  if (part.kind !== 'plan' || part.plan.files === undefined) return part;
  const { files: texts, ...plan } = part.plan;
  const refs = new Map<string, string>();
  for (const { name, text } of texts) {
    try {
      refs.set(name, await files.save(text));
    } catch (error) {
      log(`the file ${name} could not be stored`, error);
    }
  }
  const answer = plan.answer?.map((block) => (block.kind === 'file' ? { ...block, ref: refs.get(block.name) ?? '' } : block));
  return { kind: 'plan', plan: { ...plan, ...(answer ? { answer } : {}) } };
}

/** A text as what a plan carries: the file, and the block that stands for it. Outside text is made harmless. */
export function fileOf(name: string, written: string): { readonly file: { readonly name: string; readonly text: string }; readonly block: FileBlock } {
  const text = clean(written, written.length);
  const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { file: { name, text }, block: { kind: 'file', name, ref: '', size: Buffer.byteLength(text), lines } };
}

/** A file in a few words: its name, and how long it is. */
export function fileWords({ name, ref, lines, size }: FileBlock): Said {
  const about = { name, lines, size: sizeWords(size) };
  return ref === ''
    ? say({ en: '{name}: {lines} lines, {size}, could not be stored', zh: '{name}：{lines} 行，{size}，未能保存' }, about)
    : say({ en: '{name}: {lines} lines, {size}', zh: '{name}：{lines} 行，{size}' }, about);
}

/** The beginning and the end of a text, together about so many characters; between them how many lines are left out. */
export function endsOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const [head, tail] = [text.slice(0, most / 2), text.slice(-most / 2)];
  const [before, after] = [head.slice(0, head.lastIndexOf('\n') + 1 || undefined), tail.slice(tail.indexOf('\n') + 1)];
  const left = text.slice(before.length, text.length - after.length).split('\n').length - 1;
  return `${before.trimEnd()}\n… ${left} …\n${after}`.toWellFormed();
}

function sizeWords(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1_048_576 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** The file of a card by its name or the name of its text; without one the first. */
export function fileIn(blocks: readonly Block[], wanted: string | undefined): FileBlock | undefined {
  const all = blocks.filter((block): block is FileBlock => block.kind === 'file' && block.ref !== '');
  return wanted === undefined ? all[0] : all.find(({ name, ref }) => ref === wanted || name === wanted);
}
