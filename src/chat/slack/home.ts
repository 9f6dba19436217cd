import type { types } from '@slack/bolt';
import { type Said, say, spans } from '../../core/words.ts';
import { block, briefBlocks } from './blocks.ts';
import type { Ears } from './ears.ts';
import { PHRASES } from './phrases.ts';
import { rich, section } from './rich.ts';

/** Most blocks of a view. */
const MOST = 100;

/** Shows a person what is theirs, on the bot's own page. */
export async function showHome(user: string, { hear, api }: Ears): Promise<void> {
  const lang = await hear.lang(undefined, user);
  const line = (said: Said) => block([section(rich(spans(said, lang)))]);
  const blocks: types.KnownBlock[] = [];
  if (!(await hear.knows(user))) {
    blocks.push(
      ...line(
        say({ en: 'I do not know you. Give an administrator your account id: `{user}`', zh: '我不认识您。请将您的账号 ID 告知管理员：`{user}`' }, { user }),
      ),
    );
  } else {
    for (const card of await hear.home(user)) {
      const drawn = briefBlocks(card, lang);
      if (blocks.length + drawn.length > MOST) break;
      blocks.push(...drawn);
    }
    if (blocks.length === 0) blocks.push(...line(PHRASES.nothing));
  }
  await api.views.publish({ user_id: user, view: { type: 'home', blocks } });
}
