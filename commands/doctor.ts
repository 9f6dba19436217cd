import { anyTargets, flag, word } from '../src/core/args.ts';
import { command, HOST_KINDS } from '../src/core/command.ts';
import { doctorPlan, listPlan } from '../src/tools/doctor.ts';

/** Looks for known pitfalls on hosts, clusters and backup servers, and offers the lines that put them right. */
export default command({
  summary: { en: 'Look for known pitfalls', zh: '检查已知隐患' },
  examples: ['doctor', 'doctor web1', 'doctor @pve alpha --all', 'doctor kvm1 --check bridge-mtu', 'doctor --list'],
  risk: 'none',
  kinds: HOST_KINDS,
  args: { on: anyTargets() },
  options: {
    check: word(/^[a-z][a-z0-9-]*(,[a-z][a-z0-9-]*)*$/, { en: 'CHECK,CHECK', zh: '检查项,检查项' }).optional(),
    all: flag(),
    list: flag(),
  },
  plan({ check, all, list }, look) {
    const ids = check === undefined ? [] : check.split(',');
    return list ? Promise.resolve(listPlan(look, ids)) : doctorPlan(look, ids, all);
  },
});
