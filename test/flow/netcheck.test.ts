import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const says = (line: string) => world.says('alice', line);
async function does(line: string): Promise<FlatCard> {
  const card = await says(line);
  return card.ticket?.state === 'waiting' ? world.presses('bob', card, 'approve') : card;
}
const state = (card: FlatCard) => card.ticket?.state;

describe('net check', () => {
  it('asks both ends, and says first what is wrong', async () => {
    expect((await says('net check web1 db1 --ports 22,5432')).text).toMatch(/^net check.*\nweb1 and db1 reach each other|web1.*5432/);
    const text = (await says('net check web1 web2 --ports 443')).text;
    expect(text).toContain('web1 reaches web2');
    expect(text).toContain('web2 itself was not asked');
    expect(text).toMatch(/route +eth0 via 192\.0\.2\.1 src 192\.0\.2\.21/);
    expect((await says('net check web1 192.0.2.99')).text).toContain('192.0.2.99 does not answer on eth0 (ARP)');
    expect((await says('net check nowhere web1')).text).toContain('there is no host “nowhere”');
  });
  it('says so when only one side can be asked', async () => {
    await world.lab.host('pi1').down();
    const text = (await says('net check web2 pi1')).text;
    expect(text).toContain('web2 does not reach pi1');
    await world.lab.host('pi1').up();
  });
});

describe('name servers', () => {
  it('sets them in a plain file, sees them answer, and puts back what was there', async () => {
    expect((await says('net dns show web1 web2')).text).toMatch(/nobody: a plain file +192\.0\.2\.53 +answers +example\.org/);
    const before = (await says('net dns show web1')).text;
    const card = await does('net dns set web1 203.0.113.53 --search example.net');
    expect(state(card)).toBe('done');
    expect((await says('net dns show web1')).text).toMatch(/203\.0\.113\.53 +answers +example\.net/);
    expect((await says('net dns set web1 203.0.113.53 --search example.net')).text).toContain('already asks 203.0.113.53');
    const undone = await does(`undo ${card.id}`);
    expect(state(undone), undone.text).toBe('done');
    expect((await says('net dns show web1')).text).toBe(before);
  });
  it('sets them in NetworkManager where that writes the file', async () => {
    const before = (await says('net dns show web2')).text;
    const card = await does('net dns set web2 203.0.113.53');
    expect(state(card)).toBe('done');
    expect((await says('net dns show web2')).text).toContain('203.0.113.53');
    const undone = await does(`undo ${card.id}`);
    expect(state(undone), undone.text).toBe('done');
    expect((await says('net dns show web2')).text).toBe(before);
  });
  it('refuses a server that does not answer there', async () => {
    const card = await says('net dns set web1 192.0.2.7');
    expect(state(card)).toBe('refused');
    expect(card.text).toContain('192.0.2.7 silent; nothing was done');
    expect(card.text).toContain('--lookup');
  });
  it('looks a name up on many hosts', async () => {
    expect((await says('net lookup db1 web1 web2')).text).toContain('db1 is 192.0.2.31');
    expect((await says('net lookup nobody web1')).text).toContain('no host knows “nobody”');
  });
});

describe('BBR', () => {
  it('turns it on and off again, and sees what runs', async () => {
    const before = (await says('net bbr show web1')).text;
    const card = await does('net bbr on web1');
    expect(state(card), card.text).toBe('done');
    expect((await says('net bbr show web1')).text).toMatch(/bbr +fq .*bbr +\/etc\/sysctl\.d\/90-hostler-bbr\.conf/);
    expect((await says('net bbr on web1')).text).toContain('bbr already runs on web1');
    const undone = await does(`undo ${card.id}`);
    expect(state(undone), undone.text).toBe('done');
    expect((await says('net bbr show web1')).text).toBe(before);
  });
});

describe('power', () => {
  it('lets a host shut down, turns it on, and wakes another', async () => {
    expect((await says('host power web1')).text).toContain('web1 has power');
    expect((await says('host power web1 sensors')).text).toContain('Fan1');
    const card = await does('host power web1 soft');
    expect(state(card)).toBe('done');
    expect((await says('host power web1')).text).toContain('web1 is off');
    expect((await says('host power web1 off')).text).toContain('web1 is off already');
    const undone = await does(`undo ${card.id}`);
    expect(state(undone), undone.text).toBe('done');
    expect((await says('host power web1')).text).toContain('web1 has power');
    expect((await says('host wake web1')).text).toContain('web1 is awake already');
    await world.lab.host('db1').down();
    expect(state(await does('host wake db1'))).toBe('done');
  });
  it('is frozen where the machine is, though another presses the switch', async () => {
    await does('freeze on web1 --until 1h --reason release');
    for (const line of ['host power web1 soft', 'host power web1 off --confirm web1']) {
      expect((await does(line)).text).toContain('changes of web1 are frozen');
    }
    expect((await says('host power web1')).text).toContain('web1 has power');
    await does('freeze off web1');
  });
  it('cuts the power only when told so twice, and says what goes with it', async () => {
    expect((await says('host power kvm1 off')).text).toContain('--confirm kvm1');
    const card = await says('host power kvm1 cycle --confirm kvm1');
    expect(state(card)).toBe('waiting');
    expect(card.text).toContain('would go down with it');
    expect((await says('host power db1')).text).toContain('the configuration has no bmc: of db1');
  });
});
