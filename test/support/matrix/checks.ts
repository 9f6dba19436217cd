import { type MatrixEvent, MENTIONS, RELATES, redactedBy, relationOf, SAID } from './events.ts';
import { wrongHtml } from './html.ts';

const LARGEST = 65_535;
const KINDS = ['m.text', 'm.notice', 'm.emote', 'm.file', 'm.image', 'm.audio', 'm.video', 'm.location'];
const FILES = ['m.file', 'm.image', 'm.audio', 'm.video'];
const EVENT_ID = /^\$\S+$/;

/** What is wrong with an event by the client-server API, given what its room had before. */
export function wrongWith(event: MatrixEvent, known: (id: string) => MatrixEvent | undefined): string[] {
  const { unsigned: _, ...wire } = event;
  const size = Buffer.byteLength(JSON.stringify(wire));
  const wrong = size > LARGEST ? [`${size} bytes`] : [];
  if (event.state_key !== undefined || event.unsigned?.redacted_because !== undefined) return wrong;
  if (event.type === 'm.room.message' && Object.keys(event.content).length > 0) wrong.push(...wrongMessage(event, known));
  if (event.type === 'm.reaction' && Object.keys(event.content).length > 0) wrong.push(...wrongReaction(event, known));
  if (event.type === 'm.room.redaction' && redactedBy(event) === undefined) wrong.push('a redaction of nothing');
  return wrong;
}

function wrongMessage(event: MatrixEvent, known: (id: string) => MatrixEvent | undefined): string[] {
  const wrong = wrongSaid(event.content);
  const relation = RELATES.safeParse(event.content['m.relates_to'] ?? {}).data;
  if (relation === undefined) return [...wrong, 'm.relates_to is malformed'];
  const { rel_type: type, event_id: id, 'm.in_reply_to': answered, is_falling_back: fallback } = relation;
  const target = id === undefined ? undefined : known(id);
  if ((type === undefined) !== (id === undefined)) wrong.push('rel_type and event_id go together');
  if (type !== undefined && !EVENT_ID.test(id ?? '')) wrong.push(`${type} of ${id}, which is no event`);
  if (type !== undefined && target === undefined) wrong.push(`${type} of an event the room does not have`);
  if (type === 'm.replace') wrong.push(...wrongEdit(event, target));
  if (type === 'm.thread' && target && relationOf(target)?.rel_type !== undefined) wrong.push('a thread whose root is in a relation itself');
  if (fallback && (type !== 'm.thread' || answered === undefined)) wrong.push('is_falling_back without a thread, or without m.in_reply_to');
  if (answered && known(answered.event_id) === undefined) wrong.push('an answer to an event the room does not have');
  return wrong;
}

function wrongSaid(content: Readonly<Record<string, unknown>>): string[] {
  const said = SAID.safeParse(content);
  if (!said.success) return [`no message: ${said.error.message}`];
  const { msgtype, body, format, formatted_body: html, url } = said.data;
  const wrong: string[] = [];
  if (!KINDS.includes(msgtype)) wrong.push(`msgtype ${msgtype}`);
  if (body.trim() === '') wrong.push('an empty body');
  if (html !== undefined && format !== 'org.matrix.custom.html') wrong.push(`formatted_body with format ${format}`);
  if (format !== undefined && !html?.trim()) wrong.push('format without formatted_body');
  if (FILES.includes(msgtype) && !/^mxc:\/\/[^/]+\/[^/]+$/.test(url ?? '') && content.file === undefined) wrong.push(`a file at ${url}`);
  if (!MENTIONS.optional().safeParse(content['m.mentions']).success) wrong.push('m.mentions is malformed');
  return [...wrong, ...wrongHtml(html ?? '')];
}

function wrongEdit({ sender, content }: MatrixEvent, target: MatrixEvent | undefined): string[] {
  const [whole, fresh] = [SAID.safeParse(content).data, SAID.safeParse(content['m.new_content']).data];
  if (fresh === undefined) return ['an edit without m.new_content'];
  const wrong = wrongSaid(fresh).map((what) => `m.new_content: ${what}`);
  if (!whole?.body.startsWith('* ')) wrong.push('an edit whose body has no "* "');
  if (whole?.formatted_body !== undefined && !whole.formatted_body.startsWith('* ')) wrong.push('an edit whose formatted_body has no "* "');
  if (fresh['m.relates_to'] !== undefined) wrong.push('m.new_content with m.relates_to');
  if (target && target.sender !== sender) wrong.push("an edit of somebody else's message");
  if (target && (target.type !== 'm.room.message' || relationOf(target)?.rel_type === 'm.replace')) wrong.push('an edit of what is no message of its own');
  return wrong;
}

function wrongReaction(event: MatrixEvent, known: (id: string) => MatrixEvent | undefined): string[] {
  const { rel_type: type, event_id: id, key } = relationOf(event) ?? {};
  if (type !== 'm.annotation' || !EVENT_ID.test(id ?? '') || !key) return ['a reaction that is malformed'];
  return known(id ?? '') === undefined ? ['a reaction to an event the room does not have'] : [];
}
