/** What a message may carry beside its text. */
export interface Saying {
  readonly html?: string;
  /** The ids of those it calls. */
  readonly mentions?: readonly string[];
  /** The same one says it once, however often it is sent. */
  readonly txn?: string;
}

/** The content of a text message as a client makes it. */
export function content(text: string, { html, mentions }: Saying): object {
  const formatted = html === undefined ? {} : { format: 'org.matrix.custom.html', formatted_body: html };
  return { msgtype: 'm.text', body: text, ...formatted, 'm.mentions': mentions === undefined ? {} : { user_ids: mentions } };
}

/** The content of a change: the whole for clients that know no changes, and the new. */
export function change(eventId: string, text: string, saying: Saying): object {
  const { html } = saying;
  const whole = content(`* ${text}`, { ...saying, ...(html !== undefined && { html: `* ${html}` }) });
  return { ...whole, 'm.new_content': content(text, saying), 'm.relates_to': { rel_type: 'm.replace', event_id: eventId } };
}

/** The relation of a message in a thread; clients that know no threads show it as an answer to the last one there. */
export function inThread(root: string, last: string): object {
  return { 'm.relates_to': { rel_type: 'm.thread', event_id: root, is_falling_back: true, 'm.in_reply_to': { event_id: last } } };
}
