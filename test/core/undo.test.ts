import { expect, it } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { lineOf } from '../../src/core/undo.ts';
import { loadCommands } from '../../src/registry.ts';

const commands = await loadCommands();

it.each([
  ['vm set', { guest: 'alpha/111', memory: '4096M' }, 'vm set alpha/111 --memory 4096M'],
  ['vm destroy', { guest: 'alpha/112', confirm: 'db 02' }, 'vm destroy alpha/112 --confirm "db 02"'],
  ['vm rollback', { name: 'fresh', guest: 'kvm1/shop' }, 'vm rollback kvm1/shop fresh'],
  ['storage nodes', { storage: 'alpha/ceph', nodes: ['pve1', 'pve2'] }, 'storage nodes alpha/ceph pve1 pve2'],
  ['backup protect', { what: 'alpha/101', off: true }, 'backup protect alpha/101 --off'],
])('%s is written as it is typed', (path, input, line) => {
  const command = commands.get(path);
  if (!command) throw new Error(`there is no ${path}`);
  expect(lineOf(path, command, input)).toBe(line);
  expect(parse(line, commands).path).toBe(path);
});
