import type { Place } from '../../core/types.ts';
import { type Said, speak } from '../../core/words.ts';
import { isDm } from './dms.ts';
import type { Ears } from './ears.ts';
import { escaped } from './rich.ts';
import { within } from './within.ts';

/** Says something to one person where they are, seen by nobody else; a best effort, and never an error. */
export async function tell(said: Said, place: Place, { hear, api, dms, log }: Ears): Promise<void> {
  const { room, to = '', thread } = place;
  const lang = await within(500, hear.lang(room, to)).catch(() => 'en' as const);
  const message = { text: escaped(speak(said, lang)), parse: 'none' as const, link_names: false };
  try {
    if (isDm(room)) await api.chat.postMessage({ channel: room, ...message });
    else await api.chat.postEphemeral({ channel: room, user: to, ...(thread === undefined ? {} : { thread_ts: thread }), ...message });
  } catch {
    await dms
      .open(to)
      .then((dm) => api.chat.postMessage({ channel: dm, ...message }))
      .catch((error: unknown) => log('slack: somebody could not be told', error));
  }
}
