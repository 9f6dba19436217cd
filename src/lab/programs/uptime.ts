import type { Call } from '../program.ts';
import { uptime as upSeconds } from '../world/machine.ts';
import { strftime } from './clock.ts';
import { loads } from './load.ts';

/** `uptime`, also with -s and -p. */
export function uptime(call: Call): number {
  const { machine } = call;
  const up = upSeconds(machine);
  const days = Math.floor(up / 86_400);
  const hours = Math.floor(up / 3600) % 24;
  const minutes = Math.floor(up / 60) % 60;
  const option = call.argv[1];
  if (option === '-s' || option === '--since') {
    call.out(`${strftime('%F %T', machine.bootedAt)}\n`);
    return 0;
  }
  if (option === '-p' || option === '--pretty') {
    const parts = [say(Math.floor(days / 7), 'week'), say(days % 7, 'day'), say(hours, 'hour'), say(minutes, 'minute')].filter((part) => part !== '');
    call.out(`up ${parts.join(', ') || '0 minutes'}\n`);
    return 0;
  }
  const day = days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : '';
  const rest = hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`;
  const users = machine.people.length;
  call.out(
    ` ${strftime('%T', Date.now())} up ${day}${rest}, ${String(users).padStart(2)} user${users > 1 ? 's' : ''},  load average: ${loads(machine).join(', ')}\n`,
  );
  return 0;
}

function say(count: number, unit: string): string {
  return count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}
