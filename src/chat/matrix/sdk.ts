import { createRequire, Module } from 'node:module';
import type * as Sdk from 'matrix-bot-sdk';

/** What matrix-bot-sdk exports. */
export type MatrixSdk = typeof Sdk;

const CRYPTO = '@matrix-org/matrix-sdk-crypto-nodejs';
const require = createRequire(import.meta.url);

/**
 * Loads matrix-bot-sdk without its native crypto library, which is downloaded from GitHub when it is installed and throws when it was not.
 * A stand-in takes its place: nothing of it is used without encryption, and npm's `overrides` do not reach those who depend on this package.
 */
export function matrixSdk(): MatrixSdk {
  const beside = createRequire(require.resolve('matrix-bot-sdk'));
  const file = beside.resolve(CRYPTO);
  if (!beside.cache[file]) {
    const standIn = new Module(file);
    standIn.filename = file;
    standIn.loaded = true;
    beside.cache[file] = standIn;
  }
  return quietly(() => require('matrix-bot-sdk'));
}

/** Loads without the warning about what one of the SDK's dependencies does at its top. */
function quietly<T>(load: () => T): T {
  const before = process.noDeprecation ?? false;
  process.noDeprecation = true;
  try {
    return load();
  } finally {
    process.noDeprecation = before;
  }
}
