import { describe, expect, it } from 'vitest';
import type { Base, Change } from '../../src/chat/matrix/crypto/tables.ts';
import { Vault, VaultBroken, VaultTaken } from '../../src/chat/matrix/crypto/vault.ts';
import type { Memory } from '../../src/core/chat.ts';

function remembering(): Memory & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    get: async (key) => all.get(key),
    set: async (key, value) => void all.set(key, value),
    claim: async (key, value) => !all.has(key) && !!all.set(key, value),
    drop: async (key) => void all.delete(key),
  };
}

const base = (mark: string): Base[] => [{ name: '::x', version: 1, tables: [{ name: mark, keyPath: null, autoIncrement: false, indexes: [], records: [] }] }];
const put = (value: unknown): Change => ({ base: '::x', table: 't', act: 'put', key: 'k', value });

describe('the vault', () => {
  it('gives back what was stored last, in order, sealed', async () => {
    const memory = remembering();
    const vault = new Vault(memory, 'DEV', 'token');
    expect(await vault.read()).toBeUndefined();
    await vault.begin(base('first'));
    for (let i = 0; i < 50; i += 1) expect(await vault.add([put(`secret ${i}`)])).toBe(true);
    const again = await new Vault(memory, 'DEV', 'token').read();
    expect(again).toEqual({ bases: base('first'), changes: Array.from({ length: 50 }, (_, i) => put(`secret ${i}`)) });
    expect(JSON.stringify([...memory.all])).not.toContain('secret');
    await expect(new Vault(memory, 'DEV', 'other token').read()).rejects.toThrow(VaultBroken);
  });

  it('is written anew when it has grown, and one that slept through that writes nothing', async () => {
    const memory = remembering();
    const one = new Vault(memory, 'DEV', 'token');
    await one.begin(base('first'));
    await one.add([put('a')]);
    const sleeper = new Vault(memory, 'DEV', 'token');
    await sleeper.read();
    let grown = 0;
    for (let i = 0; i < 500; i += 1) {
      if (await one.add([put(i)])) continue;
      grown += 1;
      await one.begin(base(`at ${i}`));
    }
    expect(grown).toBe(2);
    await expect(sleeper.add([put('stale')])).rejects.toThrow(VaultTaken);
    await expect(sleeper.begin(base('stale'))).rejects.toThrow(VaultTaken);
    const { bases } = (await new Vault(memory, 'DEV', 'token').read()) ?? {};
    expect(bases).not.toEqual(base('first'));
    memory.all.set('vault:DEV', '1'); // as one that slept may have left it
    expect((await new Vault(memory, 'DEV', 'token').read())?.bases).toEqual(bases);
  });

  it('writes everything when the memory has lost its end, and is not read when it has lost its beginning', async () => {
    const memory = remembering();
    const vault = new Vault(memory, 'DEV', 'token');
    await vault.begin(base('first'));
    await vault.add([put('a')]);
    memory.all.delete('vault:DEV:2');
    expect(await vault.add([put('b')])).toBe(false);
    await vault.begin(base('whole'));
    expect(await new Vault(memory, 'DEV', 'token').read()).toEqual({ bases: base('whole'), changes: [] });
    memory.all.delete('vault:DEV:3');
    await expect(new Vault(memory, 'DEV', 'token').read()).rejects.toThrow(VaultBroken);
  });
});
