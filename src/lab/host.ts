import { type Key, newKey } from './ssh/keys.ts';
import { listener } from './ssh/listener.ts';
import { sshServer } from './ssh/serve.ts';
import { boot, halt } from './world/boot.ts';
import type { Machine } from './world/machine.ts';

const AWAY_MS = 2000;

/** A guest as tests see it. */
export interface LabGuest {
  readonly name: string;
  readonly uuid: string;
  readonly state: string;
}

/** A practice host in a test's hands. */
export interface LabHost {
  readonly name: string;
  /** Reboots at once; resolves when the host listens again. */
  reboot(): Promise<void>;
  /** Takes the host off the network; what runs on it runs on. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Keeps accepting connections without ever answering. */
  hang(on: boolean): void;
  /** Every run of a program that changes something, good or bad, as `virsh start build`. */
  readonly effects: readonly string[];
  /** What stands in its files now, by path; null: removed. */
  readonly files: Map<string, string | null>;
  guests(): readonly LabGuest[];
  /** Makes a guest take no notice of its power button. */
  ignoreShutdown(guest: string, on: boolean): void;
  /** Answers with another host key from now on. */
  rekey(): void;
}

/** A host that listens, with what only the lab itself may do. */
export interface Running {
  readonly host: LabHost;
  readonly port: number;
  close(): Promise<void>;
}

/** Makes a host listen. */
export async function startHost(machine: Machine, hostKey: Key, client: Key): Promise<Running> {
  const serve = (key: Key) => sshServer(machine, key, client.parsed, () => port.frozen());
  let answer = serve(hostKey);
  const port = listener((socket) => answer(socket));
  let closed = false;
  let returning: Promise<void> | undefined;
  const wake = new Set<() => void>();

  const away = (ms: number) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        wake.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      timer.unref();
      wake.add(end);
    });
  const down = () => {
    machine.reachable = false;
    return port.close();
  };
  const up = async () => {
    if (closed) return;
    await port.open();
    machine.reachable = true;
  };
  const cycle = async () => {
    halt(machine);
    await down();
    await away(AWAY_MS * machine.pace);
    if (closed) return;
    boot(machine);
    await up();
  };
  const reboot = () => {
    returning ??= cycle().finally(() => {
      returning = undefined;
    });
    return returning;
  };
  machine.restart = () => void reboot();
  machine.powerOff = () => {
    halt(machine);
    void down();
  };
  machine.powerOn = () => {
    if (machine.reachable || closed) return;
    boot(machine);
    void up();
  };
  await port.open();

  const host: LabHost = {
    name: machine.name,
    reboot,
    down,
    up,
    hang: (on) => port.freeze(on),
    effects: machine.effects,
    files: machine.files,
    guests: () => machine.guests.map(({ name, uuid, state }) => ({ name, uuid, state })),
    ignoreShutdown(name, on) {
      const guest = machine.guests.find((one) => one.name === name);
      if (!guest) throw new Error(`no guest ${name} on ${machine.name}`);
      guest.deaf = on;
    },
    rekey() {
      answer = serve(newKey());
    },
  };
  return {
    host,
    port: port.port(),
    async close() {
      closed = true;
      machine.boot.abort();
      machine.timers.clear();
      for (const end of wake) end();
      await returning;
      await port.close();
    },
  };
}
