import { expect, it } from 'vitest';
import spools from '../../jobs/spools.ts';
import { HostError } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';

it('old spools go from every host that answers; one that does not is said, and keeps nobody waiting', async () => {
  const asked: [string, number][] = [];
  const logged: string[] = [];
  const expire = async (host: string, days: number) => {
    asked.push([host, days]);
    if (host === 'b') throw new HostError('unreachable', host, say({ en: 'away', zh: '离线' }));
    return 1;
  };
  await spools.take({}, { hosts: ['a', 'b', 'c'], expire, log: (text) => void logged.push(text) });
  expect(asked).toEqual(['a', 'b', 'c'].map((host) => [host, 30]));
  expect(logged).toEqual(['old spools stay on b']);
});
