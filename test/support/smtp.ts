import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A mail as it arrived. `secure`: by TLS. `login`: who had logged in. */
export interface Mailed {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
  readonly secure: boolean;
  readonly login: string | undefined;
}

/** A mail server that speaks as much of SMTP (RFC 5321, RFC 3207, RFC 4954) as a client of it needs, and keeps what it is sent. */
export interface Smtp {
  readonly port: number;
  readonly mails: readonly Mailed[];
  /** Everything that clients said before TLS. */
  readonly plainly: readonly string[];
  /** Addresses it takes no mail for. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

export async function startSmtp(options: { readonly tls?: { readonly key: string; readonly cert: string }; readonly password?: string } = {}): Promise<Smtp> {
  const mails: Mailed[] = [];
  const plainly: string[] = [];
  const refused = new Set<string>();
  const sockets = new Set<Socket>();

  function talk(socket: Socket, secure: boolean): void {
    let login: string | undefined;
    let from = '';
    let to: string[] = [];
    let data: string[] | undefined;
    let rest = '';
    const say = (line: string | undefined): void => {
      if (line !== undefined) socket.write(`${line}\r\n`);
    };
    if (!secure) say('220 mail.example.org ESMTP');
    socket.on('error', () => undefined);
    socket.on('data', heard);

    function heard(chunk: Buffer): void {
      rest += chunk.toString();
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!secure) plainly.push(line);
        if (data === undefined) say(command(line));
        else if (line === '.') {
          mails.push({ from, to, data: data.join('\n'), secure, login });
          data = undefined;
          say('250 kept');
        } else data.push(line.replace(/^\./, ''));
      }
    }

    /** The answer, unless it was given. */
    function command(line: string): string | undefined {
      const [verb = '', ...words] = line.split(' ');
      switch (verb.toUpperCase()) {
        case 'EHLO':
          say('250-mail.example.org');
          if (options.tls && !secure) say('250-STARTTLS');
          return options.password === undefined ? '250 8BITMIME' : '250 AUTH PLAIN';
        case 'STARTTLS': {
          socket.off('data', heard);
          say('220 go on');
          const wrapped = new TLSSocket(socket, { isServer: true, ...options.tls });
          talk(wrapped, true);
          return undefined;
        }
        case 'AUTH': {
          const [, user, password] = Buffer.from(words[1] ?? '', 'base64')
            .toString()
            .split('\0');
          if (password !== options.password) return `535 not so: ${words.join(' ')} ${password}`;
          login = user;
          return '235 welcome';
        }
        case 'MAIL':
          [from, to] = [line, []];
          return '250 ok';
        case 'RCPT': {
          const address = /<(.*)>/.exec(line)?.[1] ?? '';
          if (refused.has(address)) return '550 nobody of that name';
          to.push(address);
          return '250 ok';
        }
        case 'DATA':
          data = [];
          return '354 go on';
        case 'QUIT':
          socket.end('221 bye\r\n');
          return undefined;
        default:
          return '250 ok';
      }
    }
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    talk(socket, false);
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ...{ mails, plainly, refused },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What somebody reads of a mail of one part: its subject, and its text. */
export function read({ data }: Pick<Mailed, 'data'>): { readonly subject: string; readonly text: string } {
  const end = data.indexOf('\n\n');
  const head = data.slice(0, end).replace(/\n[ \t]+/g, ' ');
  const subject = (/^Subject: (.*)$/im.exec(head)?.[1] ?? '')
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_, how: string, text: string) => {
      return how.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : unquoted(text.replaceAll('_', ' '));
    });
  const body = data.slice(end + 2);
  const way = /^Content-Transfer-Encoding: (.*)$/im.exec(head)?.[1];
  return { subject, text: way === 'base64' ? Buffer.from(body, 'base64').toString() : way === 'quoted-printable' ? unquoted(body) : body };
}

function unquoted(text: string): string {
  const bytes = text.replace(/=\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
