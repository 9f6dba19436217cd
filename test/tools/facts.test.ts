import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Host, Look } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { speak } from '../../src/core/words.ts';
import { facts, knownFacts, parseFacts } from '../../src/tools/facts.ts';

const HOST: Host = { name: 'web9', site: 'east', sites: ['east'], kind: 'linux', tags: [], address: '192.0.2.9', libvirt: '' };

/** What the script of `facts` prints on this very machine. */
function here(): string {
  const [program, ...words] = facts().argv;
  return execFileSync(program, words, { encoding: 'utf8' });
}

/** A look at a host whose os-release says this. */
function lookAt(release: string): Look {
  const read: Look['read'] = async (_host, question) =>
    'argv' in question ? question.parse(`${release}\n== kernel\n6.1.0\nx86_64\n== init\nsystemd\n== tools\ncat\n`, 0, 1) : Promise.reject(new Error('no API'));
  return { read } as Partial<Look> as Look;
}

describe('capability facts', () => {
  it('are read from a real machine', () => {
    const found = parseFacts(here(), 42);
    expect(found.at).toBe(42);
    expect(found.os.id).toBe(/^ID="?([a-z]+)/m.exec(execFileSync('cat', ['/etc/os-release'], { encoding: 'utf8' }))?.[1]);
    expect(found.kernel).toBe(execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim());
    expect(found.arch).toBe(execFileSync('uname', ['-m'], { encoding: 'utf8' }).trim());
    expect(found.tools).toContain('python3');
    expect(found.tools).not.toContain('proxmox-backup-manager');
    expect(found.distro?.packages).toBe('apt');
  });

  it.each([
    ['openEuler', 'NAME="openEuler"\nID="openEuler"\nVERSION_ID="24.03"\n', 'dnf'],
    ['Anolis OS', 'NAME="Anolis OS"\nID="anolis"\nID_LIKE="rhel fedora centos"\nVERSION_ID="8.9"\n', 'dnf'],
    ['openSUSE Leap', 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n', 'zypper'],
    ['Raspberry Pi OS', 'ID=raspbian\nID_LIKE=debian\nVERSION_ID="12"\n', 'apt'],
  ])('know %s', async (title, release, packages) => {
    expect((await knownFacts(lookAt(release), HOST)).distro).toEqual({ title, packages });
  });

  it.each([
    ['one that only resembles a known one', 'ID=deepin\nID_LIKE=debian\nPRETTY_NAME="Deepin 23"\n', 'Deepin 23'],
    ['one that says nothing', '', '?'],
    ['one named like a property of every object', 'ID=constructor\nPRETTY_NAME="Con 1"\n', 'Con 1'],
  ])('refuse %s, with the reason', async (_what, release, named) => {
    const refused = await knownFacts(lookAt(release), HOST).catch((error: unknown) => error);
    if (!(refused instanceof Refusal)) throw refused;
    expect(speak(refused.said, 'en')).toContain(`web9 runs ${named}`);
  });
});
