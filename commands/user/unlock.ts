import { z } from 'zod';
import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { day, userName } from '../../src/tools/users-args.ts';
import { unlockPlan } from '../../src/tools/users-lock.ts';

/** Lets a locked account in again, until the day it had before. `--password-stays`: its password stays locked, only the keys count again. */
export default command({
  summary: { en: 'Unlock an account', zh: '解锁账户' },
  examples: ['user unlock olga web1', 'user unlock olga web1 --expires 2027-12-31'],
  risk: 'medium',
  args: { user: userName(), on: targets() },
  options: { expires: day().default('never'), 'password-stays': z.boolean().default(false) },
  plan: ({ user, expires, 'password-stays': stays }, look) => unlockPlan(look, user, expires, stays),
});
