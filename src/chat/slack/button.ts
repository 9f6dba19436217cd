import type { types } from '@slack/bolt';
import { z } from 'zod';
import { type Button, type Field, PRESSES, type Press } from '../../core/types.ts';
import { type Lang, say, speak } from '../../core/words.ts';
import { ELEMENTS } from '../elements.ts';
import { capped } from './rich.ts';

/** Version of what a button's value says. */
const VERSION = '1';
/** Longest value of a button, in characters: https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const VALUE_MOST = 2000;

/** A field as a button carries it: its choices are asked for when it is pressed. */
const asked = z.array(
  z.object({
    ...{ name: z.string(), en: z.string(), zh: z.string(), choose: z.boolean().optional(), many: z.boolean().optional() },
    ...{ long: z.boolean().optional(), how: z.object({ en: z.string(), zh: z.string() }).optional() },
  }),
);
/** One such field. */
export type Asked = z.infer<typeof asked>[number];

/** The buttons of a card as blocks: every action id once. */
export function buttonBlocks(buttons: readonly Button[], lang: Lang): types.ActionsBlock[] {
  const elements = buttons.slice(0, 25).map((button, i): types.Button => {
    const { action } = button.press;
    const { style } = ELEMENTS[action];
    const first = buttons.findIndex(({ press }) => press.action === action) === i;
    return {
      type: 'button',
      action_id: first ? `press:${action}` : `press:${action}:${i}`,
      text: { type: 'plain_text', text: capped(speak(button.label, lang), 75) || '·', emoji: false },
      value: encoded(button),
      ...(style ? { style } : {}),
    };
  });
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** What a button sends: `1 TICKET CODE`, and the fields it asks for. */
export function encoded({ press, asks = [] }: Pick<Button, 'press' | 'asks'>): string {
  const head = [VERSION, press.ticket || '-', press.code || '-'].join(' ');
  if (asks.length === 0) return head;
  const fields = (most: number) =>
    asks.map(
      ({ name, label, choices, more, many, long, how }): Asked => ({
        name,
        en: capped(speak(label, 'en'), most),
        zh: capped(speak(label, 'zh'), most),
        ...(choices || more ? { choose: true } : {}),
        ...(many ? { many: true } : {}),
        ...(long ? { long: true } : {}),
        ...(how ? { how: { en: speak(how, 'en'), zh: speak(how, 'zh') } } : {}),
      }),
    );
  const values = [100, 40, 12].map((most) => `${head} ${JSON.stringify(fields(most))}`);
  return values.find((value) => value.length <= VALUE_MOST) ?? head;
}

/** What was pressed; undefined for a button of another version. */
export function pressOf(actionId: string, value: string): { readonly press: Press; readonly asks: readonly Asked[] } | undefined {
  const [, name] = /^press:([a-z0-9-]+)(?::\d+)?$/.exec(actionId) ?? [];
  const action = PRESSES.find((one) => one === name);
  const [, version, ticket = '', code = '', rest] = /^(\S+) (\S+) (\S+)(?: (.*))?$/s.exec(value) ?? [];
  if (!action || version !== VERSION) return undefined;
  const asks = asked.safeParse(rest === undefined ? [] : json(rest));
  if (!asks.success) return undefined;
  return { press: { action, ticket: ticket === '-' ? '' : ticket, code: code === '-' ? '' : code }, asks: asks.data };
}

/** The field that a button asks for, in words. */
export function fieldOf({ name, en, zh, many, long, how }: Asked): Field {
  const label = say({ en: '{en}', zh: '{zh}' }, { en, zh });
  return { name, label, ...(many ? { many } : {}), ...(long ? { long } : {}), ...(how ? { how: say({ en: '{en}', zh: '{zh}' }, how) } : {}) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
