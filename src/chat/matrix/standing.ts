import type { Barred } from '../../core/account.ts';

/** Ghosts of known bridges: whoever writes behind one was proved to be nobody by a homeserver. */
const BRIDGED =
  /^(?:_.*|(?:slack|discord|telegram|whatsapp|signal|irc|xmpp|facebook|messenger|meta|instagram|gmessages|googlechat|gvoice|imessage|imessagego|twitter|linkedin|bluesky|zulip|teams|mattermost|email|sms|github|gitter|gitlab)(?:go)?_.+)$/;

/**
 * Why a Matrix account has no say, as far as its id tells. A homeserver lets a deactivated account say nothing, and only full ids are ever compared: a
 * display name, or the same name on another server, is nobody's.
 */
export function barredBy(account: string): Barred | undefined {
  const [, local = '', server = ''] = /^@([^:]+):(\S+)$/.exec(account) ?? [];
  if (server === '') return 'unsure';
  // Guest accounts are numbered: https://spec.matrix.org/latest/client-server-api/#guest-access
  if (/^\d+$/.test(local)) return 'guest';
  return BRIDGED.test(local) ? 'bot' : undefined;
}
