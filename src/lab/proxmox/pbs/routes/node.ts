import { X509Certificate } from 'node:crypto';
import { boolean, node, optional } from '../kinds.ts';
import { type Route, route } from '../route.ts';
import { AHEAD } from '../time.ts';

const GIB = 2 ** 30;

/** The node itself: how it is, its clock, services, updates and certificate. */
export const NODE: readonly Route[] = [
  route('GET', '/nodes', {}, () => ({ data: [{ node: 'localhost' }] })),
  route(
    'GET',
    '/nodes/{node}/status',
    { node },
    ({ cert }) => ({
      data: {
        'boot-info': { mode: 'efi', secureboot: false },
        cpu: 0.031,
        cpuinfo: { cpus: 8, model: 'AMD EPYC 4244P 6-Core Processor', sockets: 1 },
        'current-kernel': { machine: 'x86_64', release: '7.0.2-2-pve', sysname: 'Linux', version: '#1 SMP PREEMPT_DYNAMIC PMX 7.0.2-2' },
        info: { fingerprint: print(cert) },
        kversion: 'Linux 7.0.2-2-pve #1 SMP PREEMPT_DYNAMIC PMX 7.0.2-2',
        loadavg: [0.21, 0.34, 0.3],
        memory: { total: 32 * GIB, used: 6 * GIB, free: 26 * GIB },
        root: { total: 64 * GIB, used: 9 * GIB, avail: 55 * GIB },
        swap: { total: 8 * GIB, used: 0, free: 8 * GIB },
        uptime: 1_987_654,
        wait: 0.002,
      },
    }),
    { path: '/system/status', any: ['Sys.Audit'] },
  ),
  route('GET', '/nodes/{node}/time', { node }, ({ world }) => ({ data: { time: world.now(), localtime: world.now() + AHEAD, timezone: 'Etc/GMT-1' } })),
  route(
    'GET',
    '/nodes/{node}/services',
    { node },
    ({ world }) => ({
      data: [...world.services.values()].map(({ service, desc, state, unit }) => ({ service, name: service, desc, state, 'unit-state': unit })),
    }),
    { path: '/system/services', any: ['Sys.Audit'] },
  ),
  route('GET', '/nodes/{node}/apt/update', { node }, () => ({ data: UPDATES }), { path: '/', any: ['Sys.Audit'] }),
  route(
    'POST',
    '/nodes/{node}/apt/update',
    { node, notify: optional(boolean), quiet: optional(boolean) },
    ({ tasks, who }) => ({ data: tasks.start({ type: 'aptupdate', worker: '', user: who.id, run: refresh }) }),
    { path: '/', any: ['Sys.Modify'] },
  ),
  route(
    'GET',
    '/nodes/{node}/certificates/info',
    { node },
    ({ cert }) => {
      const seen = new X509Certificate(cert);
      return {
        data: [
          {
            filename: 'proxy.pem',
            fingerprint: print(cert),
            subject: seen.subject,
            issuer: seen.issuer,
            san: (seen.subjectAltName ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')),
            notbefore: Date.parse(seen.validFrom) / 1000,
            notafter: Date.parse(seen.validTo) / 1000,
            pem: cert,
            'public-key-type': 'id-ecPublicKey',
            'public-key-bits': 256,
          },
        ],
      };
    },
    { path: '/system/certificates', any: ['Sys.Modify'] },
  ),
];

/** The backup server writes fingerprints in lower case. */
function print(cert: string): string {
  return new X509Certificate(cert).fingerprint256.toLowerCase();
}

function* refresh(): Generator<string | number, void, void> {
  yield 'starting apt-get update';
  yield 3;
  yield 'Hit:1 https://deb.example.org/debian trixie InRelease';
  yield 'Reading package lists...';
}

const UPDATES = [
  {
    Package: 'proxmox-backup-server',
    Title: 'Proxmox Backup Server daemon with tools and GUI',
    Description: 'This package contains the daemons and the tools of the backup server.',
    Version: '4.2.5-1',
    OldVersion: '4.2.4-1',
    Origin: 'Proxmox',
    Arch: 'amd64',
    Priority: 'optional',
    Section: 'admin',
  },
  {
    Package: 'openssl',
    Title: 'Secure Sockets Layer toolkit',
    Description: 'Command line program for keys and certificates.',
    Version: '3.5.4-1~deb13u2',
    OldVersion: '3.5.4-1~deb13u1',
    Origin: 'Debian',
    Arch: 'amd64',
    Priority: 'optional',
    Section: 'utils',
  },
];
