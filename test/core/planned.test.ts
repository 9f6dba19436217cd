import { expect, it } from 'vitest';
import { stepLine } from '../../src/core/planned.ts';
import type { Argv } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';
import { shell } from '../../src/tools/shell.ts';

const shown = (argv: Argv) => speak(stepLine({ kind: 'exec', on: { site: 'east', host: 'web1' }, why: say({ en: 'x', zh: '甲' }), argv }), 'en');

it('shows a step as it would be typed, and the bot’s own scripts, also those given to others, by their names and words', () => {
  expect(shown(['systemctl', 'stop', 'a b'])).toBe("systemctl stop 'a b'");
  expect(shown(shell('put-file', 'set -eu; cat >"$1"', '/etc/a b'))).toBe("script put-file '/etc/a b'");
  expect(shown(shell('arm', 'exit 0', '120', ...shell('apply', 'exit 1', 'ifupdown2')))).toBe('script arm 120 apply ifupdown2');
});

it('never hides a script that is none of its own', () => {
  expect(shown(['sh', '-c', 'rm -rf /srv', 'sh'])).toBe("sh -c 'rm -rf /srv' sh");
});
