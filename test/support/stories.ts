import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifies } from './alerting.ts';
import { behindItsBack } from './behind.ts';
import { codeOn, type Door, rest, until } from './doors/door.ts';

/** The stories that hold in every chat, told through one door. */
export function stories(name: string, open: () => Promise<Door>): void {
  describe(`through ${name}`, () => {
    let door: Door;
    beforeAll(async () => {
      door = await open();
    }, 360_000); // the first on a computer makes what it needs
    afterAll(() => door?.close());
    const effects = (host: string) => door.world.lab.host(host).effects;
    const state = (text: string) => rest(text)?.state;

    it('a question is answered on one card', async () => {
      const card = await door.says('alice', 'vm list');
      expect(state(card.text)).toBe('done');
      for (const guest of ['shop', 'build', 'mail', 'db 02', 'kvm1', 'kvm2']) expect(card.text).toContain(guest);
    });

    it('a change waits for another person, and then is done once, on the same card', async () => {
      const before = effects('kvm1').length;
      const calls = await door.calls('bob');
      const card = await door.says('alice', 'vm reboot shop');
      expect(state(card.text)).toBe('waiting');
      expect(card.text).toContain('reboot shop on kvm1');
      expect(effects('kvm1')).toHaveLength(before);
      if (door.name !== 'web' && door.name !== 'terminal') {
        // Who may approve is called by name, once.
        await until('a call for bob', async () => ((await door.calls('bob')) > calls ? true : undefined));
        expect(await door.calls('bob')).toBe(calls + 1);
      }
      const done = await door.presses('bob', card, 'approve');
      expect(done.id).toBe(card.id);
      expect(state(done.text)).toBe('done');
      expect(done.text).toContain('Bob');
      expect(effects('kvm1').slice(before)).toEqual(['virsh reboot shop']);
      await until('her card', async () => (state((await door.sees('alice', done)) ?? '') === 'done' ? true : undefined));
    });

    it('the code on the card approves as well as the button', async () => {
      const card = await door.says('alice', 'svc restart nginx web1');
      const done = await door.types('bob', card, `ok ${codeOn(card.text).toLowerCase()}`);
      expect(state(done.text)).toBe('done');
      expect(effects('web1').at(-1)).toBe('systemctl restart nginx.service');
    });

    it('who asked cannot approve, and is told so alone; a no is a no', async () => {
      const card = await door.says('alice', 'vm reboot mail');
      const before = effects('kvm2').length;
      const no = await door.presses('alice', card, 'approve');
      expect(state(no.text)).toBe('refused');
      expect(no.text).toContain('you asked for this yourself');
      expect(await door.sees('carol', no)).toBeUndefined();
      const rejected = await door.presses('bob', card, 'reject');
      expect(state(rejected.text)).toBe('rejected');
      expect(effects('kvm2')).toHaveLength(before);
    });

    it('what cannot be understood is refused with what would be right, to who said it alone', async () => {
      const card = await door.says('alice', 'vm rebot shop');
      expect(state(card.text)).toBe('refused');
      expect(card.text).toContain('did you mean vm reboot');
      expect(await door.sees('bob', card)).toBeUndefined();
    });

    it('what a line lacks is asked for', async () => {
      const card = await door.fills('alice', 'vm show', { guest: 'mail' });
      expect(state(card.text)).toBe('done');
      expect(card.text).toContain('kvm2');
      const two = await door.fills('alice', 'vm snapshot', { guest: 'shop', name: 'before-the-storm' });
      expect(state(two.text)).toBe('done');
      expect(effects('kvm1').at(-1)).toContain('before-the-storm');
    });

    it('a long run is stopped in the middle, with proof', async () => {
      const before = effects('web2').length;
      const card = await door.says('alice', 'host run pause web2 --with seconds=600', /Wait a while on web2[\s\S]*▰|Wait a while on web2[\s\S]*\d\/\d/);
      const stopped = await door.presses('alice', card, 'cancel');
      expect(state(stopped.text)).toBe('cancelled');
      if (effects('web2').length > before) expect(stopped.text).toMatch(/stopped, proven \(0 processes/);
      else expect(stopped.text).toMatch(/nothing was done|not done/); // it had not begun
    });

    it('what was done is taken back by a button', async () => {
      const done = await door.says('alice', 'vm start ldap');
      expect(state(done.text)).toBe('done');
      const undo = await door.presses('alice', done, 'undo');
      expect(undo.text).toMatch(/shut ?down|ldap/);
      expect(undo.id).not.toBe(done.id);
    });

    it('everybody reads their own language where nobody else reads along', async () => {
      const help = await door.says('carol', 'help');
      expect(help.text).toContain('您可以使用的命令');
      expect(help.text).not.toMatch(/reboot|restart/);
      expect(await door.sees('alice', help)).toBeUndefined();
    });

    it('outside text calls nobody, links nowhere and forges nothing', async () => {
      const before = await Promise.all((['alice', 'bob', 'carol'] as const).map((who) => door.calls(who)));
      const line = 'vm show "<!channel> <@U0BOB000001> @room @bob:example.org *x* [a](http://evil.example.org) </code><b>done</b> ✓"';
      const card = await door.says('alice', line);
      expect(state(card.text)).toBe('refused');
      expect(card.text).toContain('*x*');
      expect(card.text).toContain('<b>done</b>');
      expect(await Promise.all((['alice', 'bob', 'carol'] as const).map((who) => door.calls(who)))).toEqual(before);
    });

    it('a line that is too long is refused, and nothing of it is done', async () => {
      const card = await door.says('alice', `vm reboot shop ${'x'.repeat(5000)}`);
      expect(state(card.text)).toBe('refused');
      expect(card.text).toContain('4000');
    });

    it('the same event delivered five times is one request', async () => {
      expect(await door.repeats('alice', 'vm start cache-none')).toBe(1);
    });

    it('an alert is one card: who is on call is called, a press shows on it, why is answered, and it ends resolved', async () => {
      const [alice, bob] = [await door.calls('alice'), await door.calls('bob')];
      const alert = { title: 'Disk almost full', severity: 'critical', labels: { host: 'db1' }, text: '<b>3 %</b> left @room' } as const;
      await notifies(door.world, alert);
      const card = await door.finds('bob', /Disk almost full · db1/);
      expect(card.id).toMatch(/^A/);
      expect(card.text).toMatch(/<b>3 %<\/b> left [@＠]room/); // as text, and nobody's name
      if (door.thread('alice', card)) await until('a call for alice', async () => ((await door.calls('alice')) > alice ? true : undefined));
      await door.pushes('bob', card, 'ack');
      const now = async (wanted: RegExp) => {
        let text = '';
        await until(
          `${wanted}`,
          async () => {
            text = (await door.sees('bob', card)) ?? '';
            return wanted.test(text) ? true : undefined;
          },
          () => text,
        );
      };
      await now(/acknowledged[\s\S]*Bob/);
      await door.pushes('bob', card, 'silence', { until: '2h' });
      await now(/silenced[\s\S]*by Bob: this alert/);
      await door.pushes('bob', card, 'assign', { person: '@bob' });
      await now(/to Bob, by Bob/);
      await door.pushes('alice', card, 'explain');
      const there = (wanted: RegExp) =>
        door.thread('alice', card) &&
        until(
          `${wanted} in the thread`,
          () => door.thread('alice', card)?.find((text) => wanted.test(text)),
          () => String(door.thread('alice', card)?.join('\n---\n')),
        );
      await there(/fullest disk/);
      await notifies(door.world, { ...alert, status: 'resolved' });
      await now(/resolved at/);
      await there(/resolved after/);
      expect(await door.calls('alice')).toBeLessThanOrEqual(alice + 1);
      expect(await door.calls('bob')).toBeLessThanOrEqual(bob + 1);
    });

    it('a world that changes between the vote and the run makes the vote worth nothing; what is different is shown', async () => {
      const before = effects('web2').length;
      const card = await door.says('alice', 'svc restart nginx web2');
      await behindItsBack(door.world.config, 'web2', 'systemctl stop nginx');
      const anew = await door.presses('bob', card, 'approve');
      expect(anew.id).toBe(card.id);
      expect(state(anew.text)).toBe('waiting');
      expect(codeOn(anew.text)).not.toBe(codeOn(card.text));
      expect(anew.text).toMatch(/earlier votes are void[\s\S]*active \(running\) → inactive/);
      expect(effects('web2').slice(before)).not.toContain('systemctl restart nginx.service');
      const done = await door.presses('bob', anew, 'approve');
      expect(state(done.text)).toBe('done');
      expect(
        effects('web2')
          .slice(before)
          .filter((effect) => effect === 'systemctl restart nginx.service'),
      ).toHaveLength(1);
    });
  });
}
