import { declaredOf } from '../../../config/declared.ts';
import { schema } from '../../../config/schema.ts';
import type { Host, Look } from '../../../src/core/command.ts';
import type { DeclaredCertificate } from '../../../src/core/declared.ts';
import { HostError } from '../../../src/core/errors.ts';
import type { ApiRead, Read } from '../../../src/core/types.ts';
import { say } from '../../../src/core/words.ts';

/** What a host answers: by the name of the bot's own script, by program, or by the path of an API; and what the configuration says of it. */
export interface Patient {
  readonly [answer: string]: unknown;
  readonly config?: { readonly [key: string]: unknown };
  readonly certificates?: readonly DeclaredCertificate[];
  /** How the host differs from the usual one. */
  readonly host?: Partial<Host>;
}

export const NOW = Date.parse('2026-11-21T12:00:00Z');

export const CLUSTER: Host = {
  ...{ name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '192.0.2.11', libvirt: '' },
  nodes: [{ name: 'pve1', shell: 'pve1' }, { name: 'pve2' }, { name: 'pve3' }],
};
const SERVER: Host = { ...{ name: 'pbs1', site: 'east', sites: ['east'], kind: 'pbs', tags: [], address: '192.0.2.50', libvirt: '' } };
const LINUX: Host = {
  ...{ name: 'pve1', site: 'east', sites: ['east'], kind: 'linux', tags: ['pve'], address: '192.0.2.61', libvirt: '' },
  node: { cluster: 'alpha', name: 'pve1' },
};
export const HOSTS = { linux: LINUX, libvirt: LINUX, pve: CLUSTER, pbs: SERVER } as const;

/** A look at one host that answers from a table. What the table lacks is an empty answer of a program, and a 500 of an API. */
export function lookAtPatient(host: Host, patient: Patient): Look {
  return {
    hosts: [host],
    find: () => undefined,
    clusterOf: ({ node }) => (node?.cluster === CLUSTER.name ? CLUSTER : undefined),
    declared: {
      ...declaredOf(schema.parse({ sites: {}, people: {}, roles: {}, ...patient.config })),
      ...(patient.certificates ? { certificates: patient.certificates } : {}),
    },
    checks: [],
    earlier: async () => undefined,
    async read<T>(on: Host, question: Read<T> | ApiRead<T>): Promise<T> {
      if ('path' in question) {
        const data = patient[question.path];
        if (data === undefined) throw new HostError('failed', on.name, say({ en: 'no such path', zh: '无此路径' }));
        return question.parse({ data });
      }
      const { argv } = question;
      const name = /^#(\S+)/.exec(argv[2] ?? '')?.[1] ?? argv[0];
      try {
        return question.parse(String(patient[name] ?? ''), 0, NOW);
      } catch (cause) {
        throw new HostError('failed', on.name, say({ en: '{name} gave an answer that cannot be read', zh: '{name} 的输出无法解析' }, { name }), { cause });
      }
    },
    self: undefined,
    programs: new Map(),
    ticket: 'T0123456789A',
    now: () => NOW,
  };
}
