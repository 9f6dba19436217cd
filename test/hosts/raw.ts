import { X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterEach } from 'vitest';
import type { ApiAccess, Endpoint } from '../../src/hosts/proxmox/access.ts';

/** One request as it came over the wire. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Number of the connection, from 1. */
  readonly connection: number;
}

/** What is written back, byte for byte; undefined: the handler has written, or nothing comes. */
export type Handler = (asked: Asked, socket: TLSSocket) => string | Buffer | undefined | Promise<string | Buffer | undefined>;

/** A TLS server that says exactly what it is told to. */
export interface Raw {
  readonly port: number;
  readonly fingerprint: string;
  /** Its own certificate, as PEM: good for 127.0.0.1 and the node name. */
  readonly cert: string;
  readonly asked: Asked[];
  /** Bytes that arrived within TLS. */
  bytes(): number;
  /** Connections that were made, whatever came of them. */
  connections(): number;
  handle: Handler;
  close(): Promise<void>;
}

let made = 0;

export async function raw(handle: Handler, node = 'pve1'): Promise<Raw> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: `${node}-${++made}` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: node }] },
    ],
  });
  let bytes = 0;
  let connections = 0;
  let tcp = 0;
  const open = new Set<TLSSocket>();
  const asked: Asked[] = [];
  const server = createServer({ key, cert }, (socket) => {
    const connection = ++connections;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    let heard = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      heard = Buffer.concat([heard, chunk]);
      for (let one = requestOf(heard, connection); one; one = requestOf(heard, connection)) {
        heard = heard.subarray(one.length);
        asked.push(one.asked);
        Promise.resolve(self.handle(one.asked, socket)).then((answer) => answer !== undefined && socket.write(answer));
      }
    });
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', () => tcp++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Raw = {
    port: (server.address() as AddressInfo).port,
    fingerprint: new X509Certificate(cert).fingerprint256,
    cert,
    asked,
    handle,
    bytes: () => bytes,
    connections: () => tcp,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return self;
}

function requestOf(heard: Buffer, connection: number): { asked: Asked; length: number } | undefined {
  const end = heard.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = heard.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (heard.length < length) return undefined;
  const [method = '', path = ''] = first.split(' ');
  return { asked: { method, path, headers, body: heard.toString('utf8', end + 4, length), connection }, length };
}

/** Servers of a test file, closed after each test with whatever else stands in `open`. */
export function servers(): { readonly open: { close(): Promise<void> }[]; server(handle: Handler, node?: string): Promise<Raw> } {
  const open: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });
  return {
    open,
    async server(handle, node) {
      const one = await raw(handle, node);
      open.push(one);
      return one;
    },
  };
}

/** An answer with its length, as pveproxy writes it. */
export function http(status: number, reason: string, body = '', more = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} ${reason}\r\ndate: ${new Date().toUTCString()}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n`),
    Buffer.from(body),
  ]);
}
export const json = (data: unknown, more: object = {}): Buffer =>
  http(200, 'OK', JSON.stringify({ data, ...more }), 'content-type: application/json;charset=UTF-8\r\n');
export const no = (status: number, message: string, errors?: object): Buffer =>
  http(status, message.replace(/\n/g, ' '), JSON.stringify({ data: null, message: `${message}\n`, ...(errors ? { errors } : {}) }));

export const TOKEN = 'hostler@pve!bot=6f2c2a34-4a5c-4f0e-9a53-0f2d6c1f7b11';

/** A file with this text, as a reference. */
export function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'hostler-api-')), 'text');
  writeFileSync(file, text);
  return `file:${file}`;
}

export function accessTo(servers: readonly Raw[], more: Partial<ApiAccess> = {}): ApiAccess {
  const endpoints = servers.map((server, i): Endpoint => ({ node: `pve${i + 1}`, address: '127.0.0.1', port: server.port, fingerprint: server.fingerprint }));
  return { kind: 'pve', name: 'alpha', endpoints, token: fileOf(`${TOKEN}\n`), ...more };
}
