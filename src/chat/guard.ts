import type { Barred } from '../core/account.ts';
import type { Hear } from '../core/chat.ts';

/** Ears behind which whoever has no standing in the chat is nobody: what they say and press is passed on as such, to be refused and put on record; they are shown nothing. */
export function guarded(hear: Hear, standing: (account: string) => Promise<Barred | undefined>): Hear {
  const barred = async (from: string) => {
    const why = await standing(from);
    return why ? { barred: why } : {};
  };
  const isBarred = async (from: string) => (await standing(from)) !== undefined;
  return {
    said: async (line) => hear.said({ ...line, ...(await barred(line.from)) }),
    pressed: async (pressing) => hear.pressed({ ...pressing, ...(await barred(pressing.from)) }),
    form: async (from, line) => ((await isBarred(from)) ? undefined : hear.form(from, line)),
    choices: async (from, form, field, typed) => ((await isBarred(from)) ? [] : hear.choices(from, form, field, typed)),
    knows: async (from) => (await hear.knows(from)) && !(await isBarred(from)),
    lang: (room, from) => hear.lang(room, from),
    families: hear.families,
    home: async (from) => ((await isBarred(from)) ? [] : hear.home(from)),
    foreign: async (from, team) => hear.foreign?.(from, team),
    hearing: (state) => hear.hearing(state),
  };
}
