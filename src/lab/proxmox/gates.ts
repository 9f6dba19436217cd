import { demand, demandAny } from './permissions.ts';
import type { Gate } from './route.ts';

/** Every one of the privileges on a path; names in braces are filled in. */
export function needs(path: string, ...privileges: readonly string[]): Gate {
  return ({ who, text }) => {
    for (const privilege of privileges) demand(who, fill(path, text), privilege);
  };
}

/** One of the privileges on a path. */
export function needsAny(path: string, ...privileges: readonly string[]): Gate {
  return ({ who, text }) => demandAny(who, fill(path, text), privileges);
}

function fill(path: string, text: (name: string) => string): string {
  return path.replace(/\{(\w+)\}/g, (_, name) => text(name));
}
