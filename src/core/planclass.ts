import { canonical, sha256 } from './digest.ts';
import type { Input, Json, Plan, Step } from './types.ts';

/** The format of what is digested; raised when its shape changes. */
const FORMAT = 2;

/**
 * Names the kind of thing that is approved now and done later: command, arguments, targets, risk, what is undone how, what is kept for how long, and what every
 * step does, with all its words and values: they may come from the world, such as where a guest goes or which archive is restored. What the plan's facts rely on
 * may have moved in between (a guest was started, a config was edited): that is another plan of the same class. Names made of the ticket's own id stand for
 * those of any other's.
 */
export function planClass(command: string, input: Input, plan: Plan, ticket = ''): string {
  const named = (text: string) => (ticket === '' ? text : text.replace(new RegExp(ticket, 'gi'), '‹ticket›'));
  return sha256(
    named(
      canonical({
        format: FORMAT,
        command,
        input,
        risk: plan.risk,
        steps: plan.steps.map(shape),
        locks: plan.locks.map((lock) => canonical(lock)).sort(),
        touches: [...(plan.touches ?? [])].sort(),
        undo: 'command' in plan.undo ? plan.undo.command : null,
        ...(plan.rollout ? { rollout: plan.rollout } : {}),
        ...(plan.keeps ? { keeps: plan.keeps.map(({ on, forMs, remove }) => ({ on, forMs, remove })) } : {}),
      }),
    ),
  );
}

/** What a step does, to what; never the words for it, nor how it is seen whether it was done. */
function shape(step: Step): Json {
  const { site, host } = step.on;
  const common = { on: { site, host }, wave: step.wave ?? 1, stop: step.stop ?? '', always: step.always ?? false };
  return { ...common, kind: step.kind, does: JSON.parse(canonical(effect(step))) as Json };
}

function effect(step: Step) {
  switch (step.kind) {
    case 'exec':
      return { argv: step.argv, stdin: step.stdin };
    case 'api': {
      // By `digest` Proxmox refuses to change a config that was edited since it was read: it says nothing of what is done.
      const { digest: _, ...params } = step.params;
      return { method: step.method, path: step.path, params, ha: step.ha };
    }
    case 'wait':
      // What it waits to see change is as the world was when it was planned.
      return { read: step.read, until: 'isNot' in step.until ? 'another' : step.until };
    case 'prove':
      return { probes: step.probes.map(({ on, argv, is, fresh }) => ({ on, argv, is, fresh })), forMs: step.forMs };
    case 'desk':
      return step.act;
  }
}
