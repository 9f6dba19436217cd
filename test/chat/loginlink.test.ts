import { describe, expect, it } from 'vitest';
import { policyOf } from '../../config/policy.ts';
import { schema } from '../../config/schema.ts';
import type { At, CardMessage, Message } from '../../src/core/chat.ts';
import { flatten } from '../../src/core/flatten.ts';
import type { Ticket } from '../../src/core/ticket.ts';
import { quoted } from '../../src/core/words.ts';
import { linkInto } from '../../src/loginlink.ts';
import type { Settings } from '../../src/settings.ts';

const ANA = 'U0ANA000001';
const people = { ana: { name: 'Ana', roles: [], accounts: { slack: [ANA] } }, bo: { name: 'Bo', roles: [], accounts: { slack: ['U0BO0000001'] } } };
const place = { chat: 'slack', room: 'C0OPS000001', to: ANA };
const at: At = { place, private: true, key: 'k' };

interface Case {
  readonly practice?: boolean;
  readonly ticket?: object;
  readonly card?: object;
  readonly about?: object;
  /** A link of this request was used. */
  readonly used?: boolean;
}

function scene({ practice = false, ticket = {}, card = {}, about = {}, used = false }: Case = {}) {
  const config = schema.parse({ practice, sites: { east: {} }, people, roles: {} });
  const minted: string[] = [];
  const asked: Ticket = {
    ...{
      format: 1,
      id: 'TAAAAAAAAAAA',
      rev: 2,
      by: 'ana',
      text: 'login',
      command: 'login',
      input: {},
      dry: false,
      private: true,
      askedAt: 0,
      places: [place],
      heard: [],
    },
    ...{ state: 'done', endedAt: Date.now(), plan: { round: 1, digest: '', code: '', risk: 'none', at: 0, parts: {}, waves: [], hosts: [] }, votes: [] },
    ...ticket,
  };
  const settings: Pick<Settings, 'config' | 'policy' | 'personOf'> = {
    config,
    policy: policyOf(config),
    personOf: ({ chat, id }) => Object.entries(people).find(([, one]) => chat === 'slack' && one.accounts.slack.includes(id))?.[0],
  };
  const fill = linkInto({
    tickets: { get: async () => asked },
    rules: async () => settings,
    store: {
      async offer() {
        if (used) return undefined;
        minted.push(`secret${minted.length}`);
        return minted.at(-1);
      },
    },
    url: () => 'https://hostler.example.org',
  });
  const message: CardMessage = {
    kind: 'card',
    card: {
      ...{ id: 'TAAAAAAAAAAA', rev: 2, mood: 'good', title: quoted('login'), blocks: [{ kind: 'text', text: quoted('what') }], buttons: [] },
      ticket: { id: 'TAAAAAAAAAAA', state: 'done', digest: '', code: '', by: 'ana', plan: { steps: [], facts: [], undo: null } },
      ...card,
    },
    lang: 'en',
    about: { at: 0, by: 'ana', private: true, heard: [], sees: () => true, ...about },
  };
  const shows = async (where: Partial<At> = {}) => urlOf(await fill(message, { ...at, ...where }));
  return { shows, minted, text: async () => textOf(await fill(message, at)) };
}
const blocksOf = (message: Message) => (message.kind === 'card' ? message.card.blocks : []);
const urlOf = (message: Message) => blocksOf(message).flatMap((block) => (block.kind === 'link' ? [block.url] : []))[0];
const textOf = (message: Message) => (message.kind === 'card' ? flatten(message.card, 'en').text : '');

describe('the link on a card', () => {
  it('is minted whenever the card is shown, and is the same when that may have come through before', async () => {
    const { shows } = scene();
    expect(await shows()).toBe('https://hostler.example.org/#login=secret0');
    expect(await shows({ began: 1 })).toBe('https://hostler.example.org/#login=secret0');
    expect(await shows()).toBe('https://hostler.example.org/#login=secret1');
  });

  it.each<[string, Case, Partial<At>]>([
    ['is shown where others see it', {}, { private: false }],
    ['is shown to somebody else', {}, { place: { ...place, to: 'U0BO0000001' } }],
    ['is shown to a stranger', {}, { place: { ...place, to: 'U0STRANGER1' } }],
    ['is shown to nobody in particular', {}, { place: { chat: 'slack', room: 'C0OPS000001' } }],
    ['is shown in another chat, to an account of the same id', {}, { place: { ...place, chat: 'matrix' } }],
    ['may stand in the room, should nothing else be possible', {}, { open: true }],
    ['is of another command', { ticket: { command: 'whoami' } }, {}],
    ['is only what would be done', { ticket: { dry: true } }, {}],
    ['is not done yet', { ticket: { state: 'planning' }, card: { ticket: null } }, {}],
    ['is of somebody who is not among the people', { ticket: { by: 'cy' } }, {}],
    ['is of a request that others see', { about: { private: false } }, {}],
  ])('is not made for a card that %s', async (_why, made, where) => {
    const { shows, minted } = scene(made);
    expect(await shows(where)).toBeUndefined();
    expect(minted).toEqual([]);
  });

  it.each([
    ['was used', { used: true }, 'this link was used'],
    ['was asked for too long ago', { ticket: { endedAt: Date.now() - 300_001 } }, 'its time is over'],
    ['is not needed', { practice: true }, 'this is practice'],
  ])('says so when it %s', async (_what, made, words) => {
    const { text, minted } = scene(made);
    expect(await text()).toContain(words);
    expect(minted).toEqual([]);
  });
});
