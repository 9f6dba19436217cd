import { Absent, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Guest } from './guest.ts';
import { exactly, foundAs, lineFor, placeOf } from './naming.ts';

/** The refusal for a name of several, with what can be typed for each. */
export function several(name: string, guests: readonly Guest[]): Refusal {
  const full = guests.map((guest) =>
    say({ en: '{name} (on {place})', zh: '{name}（位于 {place}）' }, { name: exactly(guest), place: guest.node ?? guest.host.name }),
  );
  const [first] = guests;
  return new Refusal(
    say({ en: 'there is more than one “{name}”: {full}', zh: '有多个“{name}”：{full}' }, { name, full: list(full) }),
    say({ en: 'say which one, for example {first}', zh: '请指明是哪一个，例如 {first}' }, { first: first ? exactly(first) : name }),
  );
}

/** The refusal for a guest whose node is off. */
export function isAway(guest: Guest, name: string): Refusal {
  return new Refusal(
    say({ en: '{name}: its node {node} is offline', zh: '{name}：其节点 {node} 已离线' }, { name: exactly(guest), node: guest.node ?? '' }),
    say({ en: '`cluster status` shows which nodes are on', zh: '可用 `cluster status` 查看哪些节点在线' }),
    [foundAs(guest, name)],
  );
}

/** The refusal for a guest of the other family. */
export function otherFamily(guest: Guest, name: string): Refusal {
  const what =
    guest.family === 'ct'
      ? say(
          { en: '{name} on {place} is a container, no virtual machine', zh: '{place} 上的 {name} 是容器，不是虚拟机' },
          { name: guest.name, place: placeOf(guest) },
        )
      : say(
          { en: '{name} on {place} is a virtual machine, no container', zh: '{place} 上的 {name} 是虚拟机，不是容器' },
          { name: guest.name, place: placeOf(guest) },
        );
  return new Refusal(
    what,
    say(
      { en: 'use `{family} …`, for example `{line}`', zh: '请使用 `{family} …`，例如 `{line}`' },
      { family: guest.family, line: lineFor(guest.family, 'show', guest) },
    ),
    [foundAs(guest, name)],
  );
}

/** That there is no such guest, with those that look alike. */
export function absent(typed: string, name: string, guests: readonly Guest[], notes: readonly Said[]): Absent {
  const [note] = notes;
  const message = note
    ? say({ en: 'there is no guest “{typed}” on the hosts that answered; {note}', zh: '在有回应的主机上没有客户机“{typed}”；{note}' }, { typed, note })
    : say({ en: 'there is no guest “{typed}”', zh: '没有客户机“{typed}”' }, { typed });
  return new Absent(
    message,
    nearest(
      name,
      guests.map((guest) => guest.name),
    ),
    notes.length > 0,
  );
}
