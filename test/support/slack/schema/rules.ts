import type { z } from 'zod';
import type { Block } from './blocks.ts';
import type { Element } from './elements.ts';

/** The most characters all cells of all tables of a message may have. */
const CELLS = 10_000;
/** The most characters all markdown blocks of a message may have. */
const MARKDOWN = 12_000;

/** The interactive elements of a block. */
export function elementsOf(block: Block): readonly Element[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  return block.type === 'section' && block.accessory ? [block.accessory] : [];
}

/** Rules that join several blocks or fields of one block. */
export function together(blocks: readonly Block[], context: z.RefinementCtx): void {
  const complain = (message: string, path: (string | number)[]) => context.addIssue({ code: 'custom', message, path });
  const seen = new Set<string>();
  let focused = 0;
  blocks.forEach((block, at) => {
    if (block.block_id !== undefined && seen.has(block.block_id)) complain(`\`block_id\` "${block.block_id}" already exists`, [at, 'block_id']);
    if (block.block_id !== undefined) seen.add(block.block_id);
    if (block.type === 'section' && !block.text && !block.fields) complain('missing required field: text', [at]);
    if (block.type === 'image' && (block.image_url === undefined) === (block.slack_file === undefined)) complain('need either image_url or slack_file', [at]);
    const actions = elementsOf(block).flatMap((element) => ('action_id' in element && element.action_id !== undefined ? [element.action_id] : []));
    for (const [place, id] of actions.entries()) {
      if (actions.indexOf(id) < place) complain(`\`action_id\` "${id}" already exists for another action`, [at]);
    }
    focused += elementsOf(block).filter((element) => 'focus_on_load' in element && element.focus_on_load).length;
  });
  if (focused > 1) complain('only one element may have focus_on_load', []);
  if (sum(blocks, 'markdown') > MARKDOWN) complain(`markdown blocks must be less than ${MARKDOWN + 1} characters together`, []);
  if (sum(blocks, 'table') > CELLS) complain(`table cells must be less than ${CELLS + 1} characters together`, []);
}

function sum(blocks: readonly Block[], type: Block['type']): number {
  return blocks.filter((block) => block.type === type).reduce((total, block) => total + characters(block), 0);
}

/** The characters of all `text` fields within a value. */
export function characters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((total, one) => total + characters(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((total, [key, inner]) => total + (key === 'text' && typeof inner === 'string' ? inner.length : characters(inner)), 0);
}

/** What chat.postMessage counts against the undocumented limit of msg_blocks_too_long: https://github.com/slackapi/bolt-js/issues/2509. */
export function weight(blocks: readonly Block[]): number {
  return characters(blocks) + 125 * blocks.length;
}

/** The most a message may weigh. */
export const HEAVIEST = 13_200;
