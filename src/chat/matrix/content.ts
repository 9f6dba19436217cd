import type { Content } from './homeserver.ts';
import type { Html } from './html.ts';

/** A message in both forms. */
export interface Bodies {
  readonly body: string;
  readonly html: Html;
}

/** Most bytes of an event as JSON: a homeserver takes 65,536, and adds some of its own. */
const MOST = 50_000;

/** A message's content. `calls`: whom it notifies; always said, so that nothing in the text notifies anybody. */
export function message({ body, html }: Bodies, calls: readonly string[] = []): Content {
  return {
    msgtype: 'm.text',
    body,
    format: 'org.matrix.custom.html',
    formatted_body: html.toString(),
    'm.mentions': calls.length > 0 ? { user_ids: calls } : {},
  };
}

/** The content in the thread of a message; without one in the room itself. */
export function threaded(content: Content, root: string | undefined): Content {
  if (root === undefined) return content;
  return { ...content, 'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: root } } };
}

/** The content in place of an earlier message's. What clients that know no edits show is cut to its first line when the whole would not fit. */
export function edit(content: Content, of: string): Content {
  const body = `* ${String(content.body)}`;
  const whole = { ...content, body, formatted_body: `* ${String(content.formatted_body)}`, 'm.new_content': content };
  const relation = { 'm.relates_to': { rel_type: 'm.replace', event_id: of } };
  if (fits(whole)) return { ...whole, ...relation };
  return { msgtype: 'm.text', body: body.split('\n', 1)[0], 'm.mentions': {}, 'm.new_content': content, ...relation };
}

/** Whether an event with this content can be sent. */
export function fits(content: Content): boolean {
  return Buffer.byteLength(JSON.stringify(content)) <= MOST;
}
