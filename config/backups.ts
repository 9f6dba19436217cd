import { z } from 'zod';
import type { Contradiction } from './contradictions.ts';

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);

/** As much of the hosts' backups and of the certificates as can be read. */
const readable = z
  .object({
    hosts: z
      .record(
        z.string(),
        z
          .object({
            backups: z
              .record(z.string(), z.object({ tool: text, repository: text, password: text, keep: z.unknown(), paths: texts }).partial().catch({}))
              .catch({}),
          })
          .catch({ backups: {} }),
      )
      .catch({}),
    certificates: z.array(z.object({ name: text, from: z.object({ host: text }).optional().catch(undefined) }).catch({})).catch([]),
  })
  .catch({ hosts: {}, certificates: [] });

/** What is wrong with backups of hosts, and with where certificates come from. */
export function ofBackups(config: unknown): Contradiction[] {
  const { hosts, certificates } = readable.parse(config);
  const backups = Object.entries(hosts).flatMap(([id, host]) =>
    Object.entries(host.backups).flatMap(([name, { tool, password, keep, repository, paths }]): Contradiction[] => {
      const path = ['hosts', id, 'backups', name];
      const inside = paths?.some((one) => repository?.startsWith('/') && `${repository}/`.startsWith(one === '/' ? '//' : `${one}/`)) ?? false;
      return [
        ...(tool === 'restic' && password === undefined
          ? [{ path, message: 'needs password: (file:/path or env:NAME): restic encrypts every repository' }]
          : []),
        ...(tool === 'rsync' && password !== undefined
          ? [{ path: [...path, 'password'], message: 'rsync takes none: it logs in by the host’s own SSH key' }]
          : []),
        ...(tool === 'rsync' && keep !== undefined && Object.keys(Object(keep)).length > 0
          ? [{ path: [...path, 'keep'], message: 'rsync keeps one state: there is nothing to keep of it' }]
          : []),
        ...(/:\/\/[^/@]*:[^/@]+@/.test(repository ?? '')
          ? [{ path: [...path, 'repository'], message: 'holds a password, which everybody would see on cards and in lists of processes' }]
          : []),
        ...(inside ? [{ path: [...path, 'repository'], message: 'is within what is backed up: it would be backed up into itself' }] : []),
      ];
    }),
  );
  const names = certificates.map(({ name }) => name);
  return [
    ...backups,
    ...certificates.flatMap(({ name, from }, i): Contradiction[] => [
      ...(name !== undefined && names.indexOf(name) < i ? [{ path: ['certificates', i, 'name'], message: `there is another certificate “${name}”` }] : []),
      ...(from?.host !== undefined && !Object.hasOwn(hosts, from.host)
        ? [{ path: ['certificates', i, 'from', 'host'], message: `there is no host “${from.host}”; hosts: has ${Object.keys(hosts).join(', ') || 'none'}` }]
        : []),
    ]),
  ];
}
