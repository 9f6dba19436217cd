import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './ports.ts';
import { childrenOf, kill, start, until } from './processes.ts';
import { sid } from './sid.ts';

export { SID_MS as SID_BUILD_MS } from './sid.ts';

/** What `needs` must find for one to start. */
export const SYNAPSE = ['root', 'mmdebstrap', 'unshare', 'setpriv', 'flock', 'mount', 'chroot'] as const;

/** Somebody with an account, logged in once. */
export interface SynapseUser {
  readonly userId: string;
  readonly token: string;
  readonly deviceId: string;
}

/** A real Matrix homeserver that only this computer reaches. */
export interface Synapse {
  readonly url: string;
  /** The part of its users' ids after the colon. */
  readonly name: string;
  register(localpart: string, more?: { readonly displayname?: string; readonly admin?: boolean }): Promise<SynapseUser>;
  /** Ends it, in good order or at once; what it has written stays. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again with the same data on the same port, and waits until it answers. */
  start(): Promise<void>;
  /** It takes connections, but answers nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** No limit holds for this user from now on. */
  exempt(userId: string): Promise<void>;
  /** All that it said, over all its starts. */
  log(): string;
  /** Nothing of it stays behind: no process, no mount, no folder. */
  close(): Promise<void>;
}

export interface SynapseOptions {
  /** `none`: nobody is slowed down; `default`: as Synapse is shipped. Default `none`. */
  readonly limits?: 'none' | 'default';
}

const NAME = 'example.org';
const START_MS = 60_000;

/** In namespaces of its own, so that all of it goes with its first process; the shared tree is read-only but for its data. */
const OUTSIDE = 'exec >>"$4/log" 2>&1 && exec unshare --mount --pid --fork --kill-child=KILL sh -c "$@"';
const INSIDE = `set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs none "$1/tmp"
mount --bind "$2/data" "$1/mnt"
cd /
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt LANG=C.UTF-8 chroot "$1" python3 -m synapse.app.homeserver --config-path /mnt/homeserver.yaml
`;

/** Starts one with an empty database; root only. The first on a computer takes up to SID_BUILD_MS. */
export async function startSynapse({ limits = 'none' }: SynapseOptions = {}): Promise<Synapse> {
  const tree = await sid();
  const dir = mkdtempSync(join(tmpdir(), 'hostler-synapse-'));
  const sweeper = removesAfterUs(dir);
  const port = await freePort();
  const secret = randomBytes(16).toString('hex');
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'log'), '');
  writeFileSync(join(dir, 'data/homeserver.yaml'), JSON.stringify(config(port, secret, limits))); // JSON is YAML
  writeFileSync(join(dir, 'data/log.yaml'), JSON.stringify(LOG));
  writeFileSync(join(dir, 'data/signing.key'), `ed25519 a_test ${randomBytes(32).toString('base64').replace(/=+$/, '')}\n`);

  const begin = () => start(['sh', '-c', OUTSIDE, 'sh', INSIDE, 'sh', tree, dir]);
  let running = begin();
  const ended = () => running.exitCode !== null || running.signalCode !== null;
  const signal = (name: NodeJS.Signals) => {
    const [python] = childrenOf(running.pid);
    if (python === undefined) throw new Error('Synapse is off');
    process.kill(python, name);
  };
  const answers = () => fetch(`${url}/_matrix/client/versions`, { signal: AbortSignal.timeout(2000) }).then(async (response) => (await response.text()) !== '');
  const up = () =>
    until(
      'the answer of Synapse',
      () => {
        if (ended()) throw new Error('it is off');
        return answers().catch(() => false);
      },
      START_MS,
    );
  const off = () =>
    until(
      'the end of Synapse',
      () => {
        kill(childrenOf(running.pid)); // all others go with it; unshare ends when they have gone
        return ended();
      },
      START_MS,
    );

  const admin = async (method: string, path: string, body?: object, token?: string): Promise<unknown> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}/_synapse/admin/v1/${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  let manager: Promise<SynapseUser> | undefined;
  const synapse: Synapse = {
    url,
    name: NAME,
    async register(localpart, { displayname = localpart, admin: isAdmin = false } = {}) {
      const { nonce } = z.object({ nonce: z.string() }).parse(await admin('GET', 'register'));
      const password = randomBytes(16).toString('hex');
      const words = [nonce, localpart, password, isAdmin ? 'admin' : 'notadmin'];
      const mac = createHmac('sha1', secret).update(words.join('\0')).digest('hex');
      return REGISTERED.parse(await admin('POST', 'register', { nonce, username: localpart, displayname, password, admin: isAdmin, mac }));
    },
    async stop(name) {
      signal(name);
      await until('the end of Synapse', ended, START_MS);
    },
    async start() {
      if (!ended()) throw new Error('Synapse is on');
      running = begin();
      await up();
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async exempt(userId) {
      manager ??= synapse.register('hostler-test-manager', { admin: true });
      const { token } = await manager;
      await admin('POST', `users/${encodeURIComponent(userId)}/override_ratelimit`, { messages_per_second: 0, burst_count: 0 }, token);
    },
    log: () => readFileSync(join(dir, 'log'), 'utf8'),
    async close() {
      await off();
      rmSync(dir, { recursive: true, force: true });
      sweeper.end();
    },
  };
  try {
    await up();
  } catch (error) {
    const said = synapse.log();
    await synapse.close();
    throw new Error(`Synapse does not start: ${said.slice(-4000)}`, { cause: error });
  }
  return synapse;
}

/** Removes a folder when this process has gone, whatever way that is: its end of a pipe goes with it. */
function removesAfterUs(dir: string): { end(): void } {
  const script = 'cat >/dev/null; for again in 1 2 3; do rm -rf "$1" && exit; sleep 1; done';
  const child = spawn('sh', ['-c', script, 'sh', dir], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.unref();
  return child.stdin;
}

const REGISTERED = z
  .object({ user_id: z.string(), access_token: z.string(), device_id: z.string() })
  .transform(({ user_id: userId, access_token: token, device_id: deviceId }) => ({ userId, token, deviceId }));

const LOG = {
  version: 1,
  formatters: { line: { format: '%(asctime)s %(levelname)s %(name)s %(request)s %(message)s' } },
  filters: { context: { '()': 'synapse.logging.context.LoggingContextFilter' } },
  handlers: { console: { class: 'logging.StreamHandler', formatter: 'line', filters: ['context'] } },
  root: { level: 'INFO', handlers: ['console'] },
  disable_existing_loggers: false,
};

function config(port: number, secret: string, limits: 'none' | 'default'): object {
  const [none, each] = [{ per_second: 100_000, burst_count: 1_000_000 }, (...names: string[]) => Object.fromEntries(names.map((name) => [name, none]))];
  return {
    server_name: NAME,
    listeners: [{ port, bind_addresses: ['127.0.0.1'], type: 'http', tls: false, x_forwarded: false, resources: [{ names: ['client'], compress: false }] }],
    database: { name: 'sqlite3', args: { database: '/mnt/homeserver.db' } },
    ...{ log_config: '/mnt/log.yaml', media_store_path: '/mnt/media', signing_key_path: '/mnt/signing.key', pid_file: '/mnt/homeserver.pid' },
    ...{ registration_shared_secret: secret, macaroon_secret_key: secret, form_secret: secret },
    ...{ trusted_key_servers: [], federation_domain_whitelist: [], url_preview_enabled: false, report_stats: false, enable_registration: false },
    bcrypt_rounds: 4, // nobody guesses at these passwords
    ...(limits === 'none' && {
      ...each('rc_message', 'rc_registration', 'rc_room_creation', 'rc_media_create', 'rc_key_requests', 'rc_joins_per_room', 'rc_third_party_invite'),
      ...each('rc_registration_token_validity', 'rc_3pid_validation', 'rc_reports', 'rc_user_directory', 'rc_delayed_event_mgmt'),
      rc_login: each('address', 'account', 'failed_attempts'),
      rc_joins: each('local', 'remote'),
      rc_invites: each('per_room', 'per_user', 'per_issuer'),
      rc_presence: each('per_user'),
    }),
  };
}
