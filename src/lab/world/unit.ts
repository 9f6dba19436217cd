/** A service unit as systemd holds it. */
export interface Unit {
  readonly id: string;
  readonly description: string;
  load: 'loaded' | 'not-found' | 'masked';
  readonly aliases: readonly string[];
  readonly type: 'simple' | 'notify' | 'forking' | 'oneshot';
  file: 'enabled' | 'disabled' | 'static' | 'masked' | '';
  /** What it was before it was masked. */
  unmasked?: Unit['file'];
  readonly path: string;
  readonly memory: number;
  active: 'active' | 'activating' | 'deactivating' | 'inactive' | 'failed';
  sub: string;
  pid: number;
  restarts: number;
  enteredAt: number | undefined;
  startedAt: number | undefined;
  result: 'success' | 'exit-code';
}

/** Brings a unit up as of `at`. */
export function markStarted(unit: Unit, at: number, pid: number): void {
  unit.active = 'active';
  unit.sub = unit.type === 'oneshot' ? 'exited' : 'running';
  unit.pid = unit.type === 'oneshot' ? 0 : pid;
  unit.enteredAt = at;
  unit.startedAt = at;
  unit.result = 'success';
}

/** Brings a unit down. */
export function markStopped(unit: Unit): void {
  unit.active = 'inactive';
  unit.sub = 'dead';
  unit.pid = 0;
}

/** Marks a unit as having died with an error. */
export function markFailed(unit: Unit): void {
  unit.active = 'failed';
  unit.sub = 'failed';
  unit.pid = 0;
  unit.result = 'exit-code';
  unit.restarts = 5;
}

/** Links a unit to nothing, so that nobody can start it, and brings it down. */
export function markMasked(unit: Unit): void {
  unit.unmasked = unit.file;
  unit.file = 'masked';
  unit.load = 'masked';
  markStopped(unit);
}
