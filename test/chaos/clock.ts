/** A longer gap between two ticks means that this machine stood still, not the bot; in milliseconds. */
const TICK = 250;
const LONGEST = 1000;

let last = Date.now();
let stood = 0;

setInterval(() => {
  const gap = Date.now() - last;
  last += gap;
  if (gap > LONGEST) stood += gap - LONGEST;
}, TICK).unref();

/** Milliseconds that passed for this process: time in which the whole machine stood still does not count, so that it makes nothing look stuck. */
export function now(): number {
  return Date.now() - stood;
}

/** How long the machine stood still so far, in milliseconds. */
export function stoodStill(): number {
  return stood;
}
