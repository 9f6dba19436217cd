import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** SSH keys of people, in a folder of their own, and a file that says whose they are. */
export class Keys {
  readonly folder = mkdtempSync(join(tmpdir(), 'hostler-keys-'));

  /** Makes a key; its public line. */
  make(name: string): string {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', `${name}@example.org`, '-f', this.path(name)]);
    return this.public(name);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  public(name: string): string {
    return readFileSync(`${this.path(name)}.pub`, 'utf8').trim();
  }

  /** A file of those who may sign, in OpenSSH's format. */
  signers(people: readonly string[], file = 'signers'): string {
    writeFileSync(this.path(file), people.map((name) => `${name} namespaces="hostler" ${this.public(name)}\n`).join(''));
    return this.path(file);
  }

  /** What `ssh-keygen` itself makes of a message, armored. */
  sign(name: string, message: string): string {
    return execFileSync('ssh-keygen', ['-Y', 'sign', '-n', 'hostler', '-f', this.path(name)], {
      input: message,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString();
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
