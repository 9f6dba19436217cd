/** A process that was not there for so long, in milliseconds, has heard nothing meanwhile. */
const GONE = 20_000;

/** Since when a process has listened without a break: called more often than `GONE`, with the time of each call. A machine that slept, or a process that was stopped, begins anew. All in milliseconds since the epoch. */
export function wakeful(start: number): (now: number) => number {
  let since = start;
  let last = start;
  return (now) => {
    if (now - last > GONE) since = now;
    if (now < since) since = now; // its clock was set back
    last = now;
    return since;
  };
}
