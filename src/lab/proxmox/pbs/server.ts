import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { resolve } from 'node:path';
import { fingerprintOf, keptAuthority, keptCertificate } from '../certificates.ts';
import type { Fault, Heard } from '../spec.ts';
import { TOKENS } from './access.ts';
import { makeApi } from './api.ts';
import { type BackupWorld, practiceWorld } from './world.ts';

/** A practice backup server in a test's hands. */
export interface LabBackupServer {
  readonly url: string;
  readonly port: number;
  /** SHA-256, 32 pairs of upper-case hex digits with colons. */
  readonly fingerprint: string;
  /** The authority that signed its certificate, as PEM. */
  readonly ca: string;
  /** Secrets by id `user@realm!name`. */
  readonly tokens: { readonly [id: string]: string };
  readonly world: BackupWorld;
  /** What was really carried out, in order: a task's type and worker id such as `verify main` when it begins, and `PUT /admin/datastore/main/protected` for calls done at once. */
  readonly effects: readonly string[];
  readonly heard: readonly Heard[];
  /** It no longer listens; its tasks go on. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** The next `times` (default 1) matching requests go wrong. */
  fault(match: { readonly method?: string; readonly path?: RegExp }, fault: Fault, times?: number): void;
  close(): Promise<void>;
}

/**
 * Starts a practice backup server on loopback. Its certificate is kept in `dir`. `pace` below 1 shortens every task and delay;
 * `world` is what it holds, by default the practice content; `port` is a free one unless given.
 */
export async function startBackupServer(options: {
  readonly dir: string;
  readonly pace?: number;
  readonly world?: BackupWorld;
  readonly port?: number;
}): Promise<LabBackupServer> {
  const dir = resolve(options.dir);
  const authority = await keptAuthority(dir, 'Practice');
  const { key, cert } = await keptCertificate(dir, authority, 'pbs1');
  const world = options.world ?? practiceWorld();
  const effects: string[] = [];
  const heard: Heard[] = [];
  const api = makeApi({ world, tokens: TOKENS, cert, pace: options.pace ?? 1, effects });
  const faults: { readonly method?: string; readonly path?: RegExp; readonly fault: Fault; left: number }[] = [];
  const sockets = new Set<Socket>();

  const server = createServer({ key, cert }, async (request, response) => {
    const url = URL.parse(request.url ?? '/', 'https://localhost') ?? new URL('https://localhost/');
    const [method, path] = [request.method ?? 'GET', url.pathname.replace(/^\/api2\/json/, '')];
    const due = faults.find((one) => one.left > 0 && (one.method ?? method) === method && (one.path?.test(path) ?? true));
    if (due) due.left -= 1;
    const note = (status: number) => heard.push({ node: 'pbs1', method, path, at: Date.now(), status });
    if (due?.fault.when === 'before') return note(spoil(response, due.fault));
    const { status, body, delay } = await api.answer(request, url);
    if (due) return note(spoil(response, due.fault));
    note(status);
    api.later(delay, () => response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' }).end(body));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  const up = (at: number) =>
    new Promise<void>((done, failed) => {
      if (server.listening) return done();
      server.once('error', failed);
      server.listen(at, '127.0.0.1', () => {
        server.off('error', failed);
        done();
      });
    });
  const down = () =>
    new Promise<void>((done) => {
      server.close(() => done());
      for (const socket of sockets) socket.destroy();
    });

  await up(options.port ?? 0);
  const port = portOf(server.address());
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    fingerprint: fingerprintOf(cert),
    ca: authority.cert,
    tokens: Object.fromEntries(TOKENS.map(({ id, secret }) => [id, secret])),
    world,
    effects,
    heard,
    down,
    up: () => up(port),
    fault(match, fault, times = 1) {
      faults.push({ ...match, fault, left: times });
    },
    async close() {
      api.close();
      await down();
    },
  };
}

/** Makes a request go wrong; the status that was sent, 0 for none. */
function spoil(response: ServerResponse, fault: Fault): number {
  if (fault.kind === 'hang') return 0;
  if (fault.kind === 'drop') {
    response.socket?.destroy();
    return 0;
  }
  response.writeHead(fault.status, { 'content-type': 'application/json;charset=UTF-8' }).end(fault.body ?? fault.reason);
  return fault.status;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  return address.port;
}
