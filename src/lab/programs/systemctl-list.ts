import type { Call } from '../program.ts';

/** `systemctl list-units` of services, plain or as JSON. */
export function listUnits(call: Call, options: readonly string[]): number {
  const state = options.includes('--failed') ? 'failed' : options.find((option) => option.startsWith('--state='))?.slice(8);
  const all = options.includes('--all') || options.includes('-a') || state !== undefined;
  const units = call.machine.units.filter((unit) => {
    if (state !== undefined) return state.split(',').some((wanted) => wanted === unit.active || wanted === unit.sub || wanted === unit.load);
    return all || unit.active === 'active' || unit.active === 'failed';
  });
  if (options.includes('--output=json') || options.includes('-ojson')) {
    call.out(`${JSON.stringify(units.map(({ id, load, active, sub, description }) => ({ unit: id, load, active, sub, description })))}\n`);
    return 0;
  }
  const legend = !options.includes('--no-legend') && !options.includes('--legend=false');
  const head = legend ? [['UNIT', 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION'] as const] : [];
  const rows = [...head, ...units.map(({ id, load, active, sub, description }) => [id, load, active, sub, description] as const)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const mark = (load: string, active: string) => (options.includes('--plain') ? '' : load === 'not-found' || active === 'failed' ? '● ' : '  ');
  for (const row of rows) call.out(`${mark(row[1], row[2])}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' ')}\n`);
  if (!legend) return 0;
  if (units.length > 0)
    call.out(
      '\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n',
    );
  call.out(`${units.length} loaded units listed.\n`);
  return 0;
}
