import type { SettleNeeds } from '../settle.ts';
import type { Plan } from '../types.ts';
import { tendSilences } from './silencing.ts';
import { settleSoon } from './soon.ts';

/** Shows at once what a plan's own steps have done to alerts and silences; what is lost here is found when alerts are looked after. */
export async function afterActs({ steps }: Pick<Plan, 'steps'>, needs: SettleNeeds): Promise<void> {
  const acts = steps.flatMap((step) => (step.kind === 'desk' ? [step.act] : []));
  try {
    if (acts.some((act) => 'hush' in act || 'unhush' in act)) await tendSilences(needs);
    for (const act of acts) if ('alert' in act) await settleSoon(act.alert.id, needs);
  } catch (error) {
    needs.log('what was done about an alert was not shown at once', error);
  }
}
