import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { HostError } from '../../core/errors.ts';
import type { Doors } from './doors.ts';

/** An answer as it came; `body` and `reason` as text, `at` the server's clock in seconds since the epoch, if it says it. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly at: number | undefined;
}

/** No whole answer came, or none that can be read. `unsent` and `broken`: not one byte of the request was sent, for want of time, or of a connection. */
export class Unreplied extends Error {
  override readonly name = 'Unreplied';
  readonly why: 'unsent' | 'broken' | 'lost' | 'timeout' | 'huge' | 'garbage';
  /** It went over a connection that had been used before, which the server may have closed for its idleness. */
  readonly reused: boolean;
  constructor(why: Unreplied['why'], message: string, reused = false, cause?: unknown) {
    super(message, { cause });
    this.why = why;
    this.reused = reused;
  }
}

export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With its query, encoded, from `/api2/json` on. */
  readonly path: string;
  readonly authorization: string;
  /** A form; only for POST and PUT. */
  readonly body?: string;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes of the answer's body. */
  readonly cap: number;
  /** Asked right before the first byte is sent; what it throws is thrown. */
  readonly may?: () => void;
}

/** Longest head of an answer, in bytes: the reason phrase may be a whole error message. */
const HEAD = 65_536;

/** One exchange with one server. Nothing is sent before its certificate was verified. Throws Unreplied, HostError of the connection, and what `may` throws. */
export function exchange(doors: Doors, question: Question): Promise<Reply> {
  const { method, path, authorization, body, timeoutMs, cap, may } = question;
  return new Promise((resolve, reject) => {
    let sent = false;
    const headers = {
      accept: 'application/json',
      authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    };
    const { host, port } = doors;
    const asked = request({ method, path, headers, host, port, agent: doors, maxHeaderSize: HEAD, setDefaultHeaders: true });
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(error);
      asked.destroy();
    };
    const timer = setTimeout(() => fail(new Unreplied(sent ? 'timeout' : 'unsent', `no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    asked.on('socket', () => {
      try {
        may?.();
      } catch (error) {
        return fail(error);
      }
      sent = true;
      asked.end(body);
    });
    asked.on('error', (error) => {
      if (sent) return fail(new Unreplied('lost', error.message, asked.reusedSocket, error));
      // What goes wrong on the way to a connection is told by whoever makes it.
      fail(error instanceof HostError ? error : new Unreplied('broken', error.message, false, error));
    });
    asked.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > cap) fail(new Unreplied('huge', `the answer is longer than ${cap} bytes`));
        else chunks.push(chunk);
      });
      response.on('error', (error) => fail(new Unreplied('lost', error.message, false, error)));
      response.on('close', () => {
        if (!response.complete) return fail(new Unreplied('lost', 'the answer broke off'));
        clearTimeout(timer);
        resolve(reply(response, Buffer.concat(chunks)));
      });
    });
  });
}

function reply({ statusCode = 0, statusMessage = '', headers }: IncomingMessage, body: Buffer): Reply {
  const at = Date.parse(headers.date ?? '') / 1000;
  return { status: statusCode, reason: utf8(statusMessage), body: body.toString('utf8'), at: Number.isNaN(at) ? undefined : at };
}

/** A reason phrase comes as one character a byte; Proxmox means UTF-8. */
function utf8(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}
