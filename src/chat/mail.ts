import { createTransport, type Transporter } from 'nodemailer';
import { type At, type Chat, type Checked, type Message, type Shown, Unwelcome } from '../core/chat.ts';
import { quoted, say } from '../core/words.ts';
import { written } from './written.ts';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else by STARTTLS, which is required unless the server is on the loopback. */
  readonly tls: boolean;
  readonly from: string;
  readonly login?: { readonly user: string; readonly password: string };
  /** Where the console is, for who reads it. */
  readonly url?: string;
}

/** How long a mail server may take to answer, in milliseconds. */
const PATIENCE = 15_000;
/** A mail server on the same machine: what goes to it leaves no wire to listen at. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Mail, by SMTP (RFC 5321). A room is an address. What was sent stays as it is: a newer card is another mail that answers the first. */
export class MailChat implements Pick<Chat, 'show' | 'close'> {
  readonly #options: MailOptions;
  readonly #transport: Transporter;

  constructor(options: MailOptions) {
    const { host, port, tls, login } = options;
    const here = LOOPBACK.test(host);
    this.#options = options;
    this.#transport = createTransport({
      ...{ host, port, secure: tls, requireTLS: !tls && !here, logger: false, disableFileAccess: true, disableUrlAccess: true },
      ...{ connectionTimeout: PATIENCE, greetingTimeout: PATIENCE, socketTimeout: PATIENCE, dnsTimeout: PATIENCE },
      ...(here ? { tls: { rejectUnauthorized: false } } : {}),
      ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
    });
  }

  /** Sends a card. Throws Unwelcome when the server takes no mail for the address; any other error is tried again, under the same Message-ID. */
  async show(message: Message, { place, key, post }: At): Promise<Shown> {
    if (message.kind !== 'card') return { post: undefined, sent: 0 };
    const { from, url } = this.#options;
    const { mark, title, text } = written(message, url);
    const id = `<${key}-${message.card.rev}@${from.slice(from.lastIndexOf('@') + 1)}>`;
    const headers = { 'auto-submitted': 'auto-generated' };
    try {
      await this.#transport.sendMail({
        ...{
          from,
          to: { name: '', address: place.room },
          subject: `${mark} ${title}`,
          text,
          messageId: id,
          headers,
          priority: message.card.mood === 'bad' ? 'high' : 'normal',
        },
        ...(post ? { inReplyTo: post.id, references: [post.id] } : {}),
      });
    } catch (error) {
      throw this.#plain(error);
    }
    return { post: post ?? { room: place.room, id }, sent: 1 };
  }

  /** Connects and logs in, and sends nothing. */
  async check(): Promise<Checked> {
    const { host, port, tls, login } = this.#options;
    const what = say({ en: 'mail by {host}:{port}', zh: '邮件（{host}:{port}）' }, { host, port });
    try {
      await this.#transport.verify();
      const found = login
        ? say({ en: 'connected and logged in; nothing was sent', zh: '已连接并登录；未发送邮件' })
        : say({ en: 'connected, without a login; nothing was sent', zh: '已连接，未设置登录；未发送邮件' });
      return { what, good: true, found };
    } catch (error) {
      const mend =
        fields(error).code === 'EAUTH'
          ? say({ en: 'see mail.user and mail.password', zh: '请检查 mail.user 与 mail.password' })
          : say(
              {
                en: 'see mail.host, mail.port and mail.tls ({tls}: port 465 mostly takes true, 587 false)',
                zh: '请检查 mail.host、mail.port 与 mail.tls（{tls}：465 端口通常为 true，587 为 false）',
              },
              { tls: String(tls) },
            );
      return { what, good: false, found: quoted(this.#plain(error).message), mend };
    }
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  /** What went wrong, without what was said to log in: a server may repeat that. */
  #plain(error: unknown): Error {
    const { code = '', responseCode = 0 } = fields(error);
    const message = error instanceof Error ? error.message : String(error);
    const said = code === 'EAUTH' ? `the mail server does not take this login: ${responseCode}` : `${code} ${message}`.trim().slice(0, 500);
    return code === 'EENVELOPE' && responseCode >= 500 ? new Unwelcome(said) : new Error(said);
  }
}

/** What nodemailer adds to an error: its own code, and the server's. */
function fields(error: unknown): { readonly code?: string; readonly responseCode?: number } {
  if (typeof error !== 'object' || error === null) return {};
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('responseCode' in error && typeof error.responseCode === 'number' ? { responseCode: error.responseCode } : {}),
  };
}
