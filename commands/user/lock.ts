import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { userName } from '../../src/tools/users-args.ts';
import { lockPlan } from '../../src/tools/users-lock.ts';

/** Keeps somebody out of hosts: the password is locked and the account ends, since a locked password alone leaves its keys valid. */
export default command({
  summary: { en: 'Lock an account, its keys too', zh: '锁定账户（密钥同时失效）' },
  examples: ['user lock ana web1', 'user lock ana @web'],
  risk: 'medium',
  args: { user: userName(), on: targets() },
  plan: ({ user }, look) =>
    lockPlan(
      look,
      user,
      say({ en: 'open sessions of {user} go on; `svc stop user@NUMBER` ends them', zh: '{user} 已打开的会话会继续；`svc stop user@编号` 可结束' }, { user }),
    ),
});
