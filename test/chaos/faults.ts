import type { Fault, FaultKind } from './schedule.ts';
import type { World } from './world.ts';

/** A fault as it was: `end` is when what was killed was started again, or when the network was whole again. */
export interface Happened {
  readonly kind: FaultKind;
  readonly begin: number;
  readonly end: number;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes a fault happen to a world at its moment; resolves when it is over. */
export async function inflict(world: World, fault: Fault): Promise<Happened> {
  await pause(fault.at);
  const begin = Date.now();
  const end = await happen(world, fault);
  return { kind: fault.kind, begin, end };
}

async function happen({ parts, machines }: World, fault: Fault): Promise<number> {
  const worker = fault.which === 0 ? parts.worker1 : parts.worker2;
  const { way, sshd } = machines[fault.which];
  switch (fault.kind) {
    case 'worker':
      return worker.end('SIGKILL', fault.for);
    case 'term':
      return worker.end('SIGTERM', fault.for);
    case 'desk':
    case 'gateway':
    case 'redis':
      return parts[fault.kind].end('SIGKILL', fault.for);
    case 'pause':
      return worker.pause(fault.for);
    case 'drop':
      way.drop();
      return Date.now();
    case 'halfOpen':
      way.deafen();
      break;
    case 'stall':
      way.stall();
      break;
    case 'refuse':
      way.refuse();
      break;
    case 'sshd':
      await sshd.kill();
      await pause(fault.for);
      await sshd.restart();
      return Date.now();
    case 'sessions':
      sshd.cut(sshd.sessions());
      return Date.now();
    case 'repeats':
    case 'none':
      return Date.now();
  }
  await pause(fault.for);
  way.mend();
  return Date.now();
}
