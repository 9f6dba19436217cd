import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { MailChat } from '../../src/chat/mail.ts';
import { NtfyChat } from '../../src/chat/ntfy.ts';
import { type At, type CardMessage, Throttled, Unwelcome } from '../../src/core/chat.ts';
import type { Card } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { keptAuthority, keptCertificate } from '../../src/lab/proxmox/certificates.ts';
import { startNtfy } from '../support/ntfy.ts';
import { read, startSmtp } from '../support/smtp.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const closing = <T extends { close(): unknown }>(one: T): T => {
  closers.push(() => one.close());
  return one;
};

const card = (rev: number, mood: Card['mood'], title = 'HostDown · web1'): CardMessage => ({
  kind: 'card',
  card: {
    ...{ id: 'A1', rev, mood, title: quoted(title), buttons: [], ticket: null },
    blocks: [
      { kind: 'text', text: say({ en: 'firing since 14:07 UTC', zh: '自 14:07 UTC 触发' }) },
      { kind: 'facts', facts: [[say({ en: 'host', zh: '主机' }), '数据库 web1']] },
      { kind: 'link', url: 'https://prometheus.example.org/graph?g0.expr=up' },
    ],
  },
  lang: 'en',
  about: { at: 0, by: 'p', private: false, heard: [], sees: () => true },
});
const at = (room: string, more: Partial<At> = {}): At => ({ place: { chat: 'mail', room }, private: false, key: 'A1-x-card', ...more });
const FROM = 'hostler@example.org';
const LOGIN = { user: 'hostler', password: 'correct horse battery' };

async function certificate() {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-mail-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return keptCertificate(dir, await keptAuthority(dir, 'mail test'), 'mail.example.org');
}

describe('mail', () => {
  it('is a letter of plain text; the next of the same card answers it', async () => {
    const smtp = closing(await startSmtp());
    const mail = closing(new MailChat({ host: '127.0.0.1', port: smtp.port, tls: false, from: FROM, url: 'https://hostler.example.org' }));
    const first = await mail.show(card(1, 'bad'), at('oncall@example.org'));
    const second = await mail.show(card(2, 'good'), at('oncall@example.org', first.post ? { post: first.post } : {}));
    expect(second.post).toEqual(first.post);
    const [fired, over] = smtp.mails;
    expect(fired).toMatchObject({ to: ['oncall@example.org'], from: `MAIL FROM:<${FROM}>`, secure: false });
    expect(fired?.data).toMatch(/^From: hostler@example\.org$/m);
    expect(fired?.data).toMatch(/^Auto-Submitted: auto-generated$/im);
    expect(fired?.data).toMatch(/^Message-ID: <A1-x-card-1@example\.org>$/m);
    expect(over?.data).toMatch(/^Message-ID: <A1-x-card-2@example\.org>$/m);
    expect(over?.data).toMatch(/^In-Reply-To: <A1-x-card-1@example\.org>$/m);
    const { subject, text: body } = read(fired ?? { data: '' });
    expect(subject).toBe('🔴 HostDown · web1');
    expect(body).toContain('firing since 14:07 UTC');
    expect(body).toContain('数据库 web1');
    expect(body).toContain('https://prometheus.example.org/graph?g0.expr=up\n\nhttps://hostler.example.org');
  });

  it('goes by STARTTLS where it is offered, with a login', async () => {
    const smtp = closing(await startSmtp({ tls: await certificate(), password: LOGIN.password }));
    const mail = closing(new MailChat({ host: '127.0.0.1', port: smtp.port, tls: false, from: FROM, login: LOGIN }));
    await mail.show(card(1, 'bad'), at('oncall@example.org'));
    expect(smtp.mails[0]).toMatchObject({ secure: true, login: 'hostler' });
    expect(smtp.plainly.join('\n')).not.toMatch(/AUTH|MAIL/);
  });

  it('is not sent, nor a password, to a server elsewhere that has no TLS, or a certificate of nobody’s', async () => {
    for (const tls of [undefined, await certificate()]) {
      const smtp = closing(await startSmtp({ ...(tls ? { tls } : {}), password: LOGIN.password }));
      const mail = closing(new MailChat({ host: '0.0.0.0', port: smtp.port, tls: false, from: FROM, login: LOGIN }));
      await expect(mail.show(card(1, 'bad'), at('oncall@example.org'))).rejects.toThrow(/TLS|certificate|ETLS|ESOCKET/i);
      expect(smtp.mails).toEqual([]);
      expect(smtp.plainly.join('\n')).not.toMatch(/AUTH|MAIL/);
    }
  });

  it('says what went wrong without the password', async () => {
    const smtp = closing(await startSmtp({ password: 'another' }));
    const mail = closing(new MailChat({ host: '127.0.0.1', port: smtp.port, tls: false, from: FROM, login: LOGIN }));
    const error: unknown = await mail.show(card(1, 'bad'), at('oncall@example.org')).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain('535');
    for (const secret of [LOGIN.password, Buffer.from(`\0hostler\0${LOGIN.password}`).toString('base64')])
      expect(JSON.stringify([String(error), error])).not.toContain(secret);
  });

  it('knows an address that is nobody’s from a server that is away', async () => {
    const smtp = closing(await startSmtp());
    smtp.refused.add('gone@example.org');
    const mail = closing(new MailChat({ host: '127.0.0.1', port: smtp.port, tls: false, from: FROM }));
    await expect(mail.show(card(1, 'bad'), at('gone@example.org'))).rejects.toThrow(Unwelcome);
    await smtp.close();
    const away: unknown = await mail.show(card(1, 'bad'), at('oncall@example.org')).catch((caught: unknown) => caught);
    expect(away).toBeInstanceOf(Error);
    expect(away).not.toBeInstanceOf(Unwelcome);
  });

  it('what others say in a title is no header', async () => {
    const smtp = closing(await startSmtp());
    const mail = closing(new MailChat({ host: '127.0.0.1', port: smtp.port, tls: false, from: FROM }));
    await mail.show(card(1, 'bad', 'down\r\nBcc: mallory@example.org\r\n\r\nhello'), at('oncall@example.org'));
    expect(smtp.mails[0]?.to).toEqual(['oncall@example.org']);
    expect(smtp.mails[0]?.data).not.toMatch(/^Bcc/im);
  });
});

describe('ntfy', () => {
  it('is published as JSON, with a priority and tags by how it looks', async () => {
    const server = closing(await startNtfy());
    const ntfy = new NtfyChat({ server: server.url, token: 'tk_secret', url: 'https://hostler.example.org' });
    expect(await ntfy.show(card(1, 'bad'), at('example-ops'))).toMatchObject({ post: { room: 'example-ops', id: 'n1' }, sent: 1 });
    await ntfy.show(card(2, 'good'), at('example-ops'));
    expect(server.notices.map(({ body }) => body)).toMatchObject([
      { topic: 'example-ops', title: 'HostDown · web1', priority: 5, tags: ['rotating_light'], click: 'https://hostler.example.org' },
      { topic: 'example-ops', priority: 3, tags: ['white_check_mark'] },
    ]);
    expect(server.notices[0]?.body.message).toContain('firing since 14:07 UTC');
    expect(server.notices[0]?.headers.authorization).toBe('Bearer tk_secret');
  });

  it('waits, gives up and tries again as the server says, and takes its token nowhere else', async () => {
    const server = closing(await startNtfy());
    const ntfy = new NtfyChat({ server: server.url, token: 'tk_secret' });
    server.answers.push(429, 403, 500, 307);
    await expect(ntfy.show(card(1, 'bad'), at('t'))).rejects.toThrow(Throttled);
    await expect(ntfy.show(card(1, 'bad'), at('t'))).rejects.toThrow(Unwelcome);
    const down: unknown = await ntfy.show(card(1, 'bad'), at('t')).catch((caught: unknown) => caught);
    expect(down).not.toBeInstanceOf(Unwelcome);
    await expect(ntfy.show(card(1, 'bad'), at('t'))).rejects.toThrow();
    expect(server.notices).toEqual([]);
    await ntfy.show(card(1, 'bad'), at('t'));
    expect(server.notices).toHaveLength(1);
  });

  it('cuts what would become a file, and no character in two', async () => {
    const server = closing(await startNtfy());
    const long = card(1, 'bad');
    await new NtfyChat({ server: server.url }).show({ ...long, card: { ...long.card, blocks: [{ kind: 'text', text: quoted('长'.repeat(1999)) }] } }, at('t'));
    const message = String(server.notices[0]?.body.message);
    expect(Buffer.byteLength(message)).toBeLessThan(4096);
    expect(message).toMatch(/^长+…$/);
  });
});
