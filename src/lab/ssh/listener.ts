import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A host's listening port, which can go away, come back on the same number, and freeze. */
export interface Listener {
  readonly port: () => number;
  open(): Promise<void>;
  close(): Promise<void>;
  freeze(on: boolean): void;
  readonly frozen: () => boolean;
}

/** A listener on loopback that hands accepted sockets on. */
export function listener(accept: (socket: Socket) => void): Listener {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  let frozen = false;
  const take = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      waiting.delete(socket);
    });
    if (frozen) waiting.add(socket);
    else accept(socket);
  };
  return {
    port: () => port,
    async open() {
      if (server) return;
      const next = createServer({ noDelay: true }, take);
      server = next;
      next.listen(port, '127.0.0.1');
      await once(next, 'listening');
      const address = next.address();
      if (address !== null && typeof address !== 'string') port = address.port;
    },
    async close() {
      const last = server;
      server = undefined;
      for (const socket of sockets) socket.destroy();
      if (!last) return;
      last.close();
      await once(last, 'close');
    },
    freeze(on) {
      frozen = on;
      if (on) {
        for (const socket of sockets) socket.pause();
        return;
      }
      for (const socket of sockets) if (!waiting.has(socket)) socket.resume();
      for (const socket of waiting) accept(socket);
      waiting.clear();
    },
    frozen: () => frozen,
  };
}
