import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const says = (line: string, person = 'alice') => world.says(person, line);
const does = async (line: string) => {
  const card = await says(line);
  return card.ticket?.state === 'waiting' ? world.presses('bob', card, 'approve') : card;
};
/** What may change from one look to the next is left out. */
const shown = async (host: string) => (await says(`mem show ${host}`)).text.replace(/[\d.]+ GiB {2,}[\d.]+ GiB/g, '');

describe('memory in practice', () => {
  it.each([
    ['mem swap add web1 2G --path /swap2', '/swap2'],
    ['mem swap off kvm1', 'none'],
    ['mem swap on pve2', '/swapfile'],
    ['mem swappiness web1 10', '10'],
    ['mem zswap web1 on --compressor lz4 --pool-percent 25 --persist', 'on, lz4'],
    ['mem ksm kvm1 on --pages 200', 'on, saves'],
  ])('`%s` and back is as before', async (line, word) => {
    const host = /\b(web1|kvm1|pve2)\b/.exec(line)?.[0] ?? '';
    const before = await shown(host);
    const done = await does(line);
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await shown(host)).toContain(word);
    const undone = await does(`undo ${done.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await shown(host)).toBe(before);
  });

  it('refuses a swap file that is there, and one larger than the room', async () => {
    expect((await says('mem swap add web1 2G')).text).toContain('is there on web1 already');
    expect((await says('mem swap add web1 19G --path /swap3')).text).toContain('a tenth must stay');
  });

  it('sets nothing at all when the kernel does not take one of the values', async () => {
    const before = await shown('web1');
    const card = await does('mem zswap web1 on --compressor nosuch');
    expect(card.ticket?.state, card.text).toBe('failed');
    expect(await shown('web1')).toBe(before);
  });

  it('says how long it lasts, and that the boot command line stays as it is', async () => {
    expect((await says('mem zswap kvm1 on --plan')).text).toContain('until the next reboot only');
    expect((await says('mem zswap kvm1 on --persist --plan')).text).toContain('the boot command line stays as it is');
    expect((await says('mem zswap kvm1 on --persist --plan', 'bob')).text).toContain('/etc/tmpfiles.d/hostler-zswap.conf');
  });
});
