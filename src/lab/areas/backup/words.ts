import { type Call, effect } from '../../program.ts';
import { restored, type Saved } from './state.ts';

/** What the bot's script says before the tool's own list. */
export function head(call: Call, verifiedAt: number | undefined): void {
  if (verifiedAt !== undefined) call.out(`verified ${verifiedAt}\n`);
  call.out('== saved\n');
}

/** Notes that all was read and is good. */
export function checked(call: Call, saved: Saved, tool: string): number {
  saved.verifiedAt = Math.floor(Date.now() / 1000);
  effect(call, tool, 'check', call.argv[1] ?? '');
  return 0;
}

/** Words of a restore: name, mount, folder, path, and the tool's own. */
export function restoreTo(call: Call, tool: string, said: (into: string) => string): number {
  const into = call.argv[3] ?? '/';
  restored(call.machine).add(into);
  effect(call, tool, 'restore', call.argv[1] ?? '', into);
  call.out(`${said(into)}restored to ${into}\n`);
  return 0;
}
