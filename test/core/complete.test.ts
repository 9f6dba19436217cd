import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import { complete, type Known } from '../../src/core/complete.ts';
import { loadCommands } from '../../src/registry.ts';

const commands = await loadCommands();
const host = (name: string): Host => ({ name, site: 'east', sites: ['east'], kind: 'libvirt', tags: ['kvm'], address: '', libvirt: '' });
const [kvm1, kvm2] = [host('kvm1'), host('kvm2')];
/** Someone who may use `vm …` on kvm1 only, and `svc …` on both. */
const known: Known = {
  commands,
  hosts: (path) => (path.startsWith('vm ') ? [kvm1] : [kvm1, kvm2]),
  guests: [
    { name: 'shop', host: 'kvm1' },
    { name: 'db 02', host: 'kvm1' },
    { name: 'secret', host: 'kvm2' },
  ],
  programs: [],
  people: [{ text: '@ana', hint: 'Ana' }],
  rooms: [{ text: 'ops', hint: 'slack' }],
  hours: [{ text: 'night', hint: '' }],
  alerts: [
    { text: 'A0123456789A', hint: 'Disk full · kvm1' },
    { text: 'AB123456789A', hint: 'Too hot' },
  ],
};
const offered = (line: string) => complete(line, known, 'en').choices.map(({ text }) => text);

describe('completion', () => {
  it('offers commands by word, then what each argument names', () => {
    expect(offered('')).toEqual(expect.arrayContaining(['vm', 'svc', 'help']));
    expect(offered('vm reb')).toEqual(['reboot']);
    expect(complete('vm reb', known, 'en').from).toBe(3);
    expect(offered('svc list ')).toEqual(expect.arrayContaining(['kvm1', 'kvm2', '@kvm', 'site:east']));
    expect(offered('svc list kvm1 ')).not.toContain('kvm1');
    expect(offered('svc list kvm1 --f')).toEqual(['--failed']);
    expect(offered('help vm re')).toEqual(expect.arrayContaining(['reboot', 'reset']));
  });

  it('offers options and what they may say: people, rooms, windows, words', () => {
    expect(offered('svc restart nginx kvm1 --')).toEqual(expect.arrayContaining(['--in', '--waves', '--plan']));
    expect(offered('svc restart nginx kvm1 --in n')).toEqual(['night']);
    expect(complete('svc restart nginx kvm1 --in=n', known, 'en')).toMatchObject({ from: 28, choices: [{ text: 'night' }] });
    expect(offered('vm list --in ')).not.toContain('night');
    expect(offered('delegate to ')).toEqual(['@ana']);
    expect(offered('audit search --person @')).toEqual(['@ana']);
    expect(offered('audit search --kind re')).toEqual(['reasoned', 'rejected', 'refused']);
    expect(offered('audit search --kind refused --k')).toEqual([]);
    expect(offered('policy can ana x --room ')).toEqual(['ops']);
    expect(complete('alert ack ', known, 'en').choices).toEqual(known.alerts);
    expect(offered('alert silence ab')).toEqual(['AB123456789A']);
    expect(offered('alert ack A0123456789A --')).toContain('--note');
    // The value of an option is not an argument.
    expect(offered('svc restart --in night nginx k')).toEqual(['kvm1', 'kvm2']);
  });

  it('offers only what is in reach of the command that is typed', () => {
    expect(offered('vm show ')).toEqual(['shop', '"db 02"']);
    expect(offered('vm list ')).not.toContain('kvm2');
    expect(offered('vm show kvm2/')).toEqual([]);
  });
});
