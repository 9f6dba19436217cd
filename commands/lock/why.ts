import { lockName } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { covering, lockTable } from '../../src/core/locktable.ts';
import { say } from '../../src/core/words.ts';

/** What keeps others from a host or a thing on it: locks on it, above it and below it. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Show what keeps a host or guest locked', zh: '查看主机或客户机为何被锁定' },
  examples: ['lock why east/web1', 'lock why web1'],
  risk: 'none',
  args: { name: lockName() },
  async plan({ name }, desk) {
    const host = desk.hosts.find((one) => one.name === name);
    const path = host ? `${host.site}/${host.name}` : name;
    const locks = (await desk.locks()).filter((lock) => covering(lock.name, path));
    if (locks.length === 0) return answer(say({ en: '{path} is free', zh: '{path} 未被锁定' }, { path }), []);
    return answer(say({ en: '{path} is in use', zh: '{path} 正被占用' }, { path }), [await lockTable(locks, desk)]);
  },
});
