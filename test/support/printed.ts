import { vi } from 'vitest';

/** What a call in this process prints, and the exit status it comes to. */
export async function printed(call: () => Promise<number>): Promise<{ readonly out: string; readonly err: string; readonly exit: number }> {
  const said = { out: '', err: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream === 'stdout' ? 'out' : 'err'] += Buffer.from(text).toString();
      return true;
    }),
  );
  try {
    const exit = await call();
    return { ...said, exit };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
