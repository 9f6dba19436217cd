import { expect, it } from 'vitest';
import { speak } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';

it.each([
  [[], 'none'],
  [['a'], 'a'],
  [['a', 'b'], 'a, b'],
  [['a', 'b', 'c', 'd'], 'a, b, and 2 more'],
])('%j is said as %s', (items, said) => expect(speak(atMost(items, 2), 'en')).toBe(said));
