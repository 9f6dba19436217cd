import type { Socket } from 'node:net';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';
import type { Machine } from '../world/machine.ts';
import { exec } from './exec.ts';
import type { Key } from './keys.ts';

/** What answers SSH for a host under one host key: give it an accepted socket. */
export function sshServer(machine: Machine, hostKey: Key, client: ParsedKey, frozen: () => boolean): (socket: Socket) => void {
  const server = new ssh2.Server({ hostKeys: [hostKey.text], ident: 'OpenSSH_9.2p1 Debian-2+deb12u3' }, (connection) => {
    // A client that goes away in the middle is nothing to report.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => authenticate(context, client));
    connection.on('session', (accept) => {
      if (frozen()) return;
      const session = accept();
      session.on('exec', (acceptExec, _reject, { command }) => {
        if (!frozen()) exec(machine, command, acceptExec());
      });
      session.on('pty', (acceptPty) => acceptPty?.());
      session.on('env', (acceptEnv) => acceptEnv?.());
    });
  });
  return (socket) => server.injectSocket(socket);
}

function authenticate(context: AuthContext, client: ParsedKey): void {
  if (allowed(context, client)) context.accept();
  else context.reject(['publickey']);
}

function allowed(context: AuthContext, client: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.username !== 'root') return false;
  if (context.key.algo !== client.type || !context.key.data.equals(client.getPublicSSH())) return false;
  // Without a signature the client only asks whether this key would do.
  if (!context.signature || !context.blob) return true;
  return client.verify(context.blob, context.signature, context.hashAlgo) === true;
}
