import { flag, targets, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { applyPlan } from '../../src/tools/packages/apply.ts';

/** Installs updates: exactly the versions that the card shows. */
export default command({
  summary: { en: 'Install updates', zh: '安装更新' },
  examples: ['pkg apply web1', 'pkg apply @web --security', 'pkg apply db1 --only openssl'],
  risk: 'medium',
  args: { on: targets() },
  options: {
    /** Only what is for security, and what that needs. */
    security: flag(),
    /** Only these packages, and what they need. */
    only: word(/^[A-Za-z0-9][A-Za-z0-9+._:~-]*(,[A-Za-z0-9][A-Za-z0-9+._:~-]*)*$/, { en: 'PACKAGE[,PACKAGE…]', zh: '软件包[,软件包…]' }).optional(),
  },
  plan: ({ security, only }, look) => applyPlan(look, { security, only: only?.split(',') ?? [] }),
});
