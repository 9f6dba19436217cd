import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConsoleClient, type Received } from '../chat/client.ts';
import { drawn, press } from '../chat/terminal.ts';
import { approvalMessage, NAMESPACE } from '../core/sshsig.ts';
import { type Lang, say, speak } from '../core/words.ts';
import { reachBot } from './reach.ts';
import { screen, who } from './speak.ts';
import { CliError } from './words.ts';

/** What `approve` is told. */
interface Values {
  readonly as?: string | undefined;
  readonly json: boolean;
  readonly wait: boolean;
  readonly key?: string | undefined;
}

/** `hostler approve`: shows what waits under a code, signs exactly that with an SSH key, and sends the yes. Returns the exit status. */
export async function approveVerb([code, ...more]: readonly string[], values: Values): Promise<number> {
  if (code === undefined || more.length > 0)
    throw new CliError(
      say({ en: 'usage: hostler approve CODE|REQUEST [--key ~/.ssh/id_ed25519]', zh: '用法：hostler approve 代码|请求 [--key ~/.ssh/id_ed25519]' }),
    );
  const client = new ConsoleClient(await reachBot(false, 0, undefined, values.as));
  const { as, ...reader } = await who(client, values.as);
  const { card } = await waitingUnder(client, as, code);
  const { ticket } = card;
  if (!ticket) throw nothing(code);
  if (!values.json) process.stdout.write(`${shown(card, reader.lang)}\n\n`);
  const signature = await signed(approvalMessage(ticket.id, ticket.by, ticket.digest), values.key ?? join(homedir(), '.ssh', 'id_ed25519'));
  return press(client, as, { code: ticket.code, action: 'approve', fields: { signature: [signature] } }, screen(reader), values);
}

/** The card that waits under this code, or under the id of its request, as this person sees it. Throws CliError. */
async function waitingUnder(client: ConsoleClient, as: string, code: string): Promise<Received> {
  const stop = new AbortController();
  const found = new Map<string, Received>();
  // The cards that are there come first, then it is told that they were all.
  for await (const received of client.cards(as, stop.signal, () => stop.abort())) found.set(received.card.id, received);
  const wanted = code.toUpperCase();
  const one = [...found.values()].find(({ card: { ticket } }) => ticket?.state === 'waiting' && (ticket.code === wanted || ticket.id === wanted));
  if (!one) throw nothing(code);
  return one;
}

function nothing(code: string): CliError {
  return new CliError(say({ en: 'nothing that you can see waits under “{code}”', zh: '没有您可见的等待中的请求对应“{code}”' }, { code }));
}

/** The card as it stands, and below it what the card may have left out. */
function shown(card: Received['card'], lang: Lang): string {
  const { ticket } = card;
  const colour = process.stdout.isTTY === true;
  const part = (en: string, zh: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [speak(say({ en, zh }), lang), ...lines.map((line, i) => `  ${i + 1}. ${line}`)];
  return [
    drawn({ ...card, buttons: [] }, colour, lang),
    ...part('Steps:', '步骤：', ticket?.plan.steps ?? []),
    ...part('Relies on:', '依据：', ticket?.plan.facts ?? []),
    speak(say({ en: 'asked by {by}, plan {digest}', zh: '提出者 {by}，计划 {digest}' }, { by: ticket?.by ?? '', digest: ticket?.digest ?? '' }), lang),
  ].join('\n');
}

/** An SSH signature, armored. `ssh-keygen` itself asks for a passphrase, an agent or a touch, on this terminal. Throws CliError. */
export async function signed(message: string, key: string): Promise<string> {
  const signer = spawn('ssh-keygen', ['-Y', 'sign', '-n', NAMESPACE, '-f', key], { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = (why: string) => new CliError(say({ en: 'not signed, and nothing was sent: {why}', zh: '未签名，也未发送：{why}' }, { why }));
  return new Promise((resolve, reject) => {
    let text = '';
    signer.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    signer.once('error', (error) => reject(failed(error.message)));
    signer.once('close', (exit) => (exit === 0 && text !== '' ? resolve(text) : reject(failed(`ssh-keygen -f ${key}`))));
    signer.stdin.on('error', () => undefined); // it ended before it read: its exit says so
    signer.stdin.end(message);
  });
}
