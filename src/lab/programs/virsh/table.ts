/** A table as virsh draws it; without its head when quiet. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], quiet: boolean): string {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map((cell) => cell.length)));
  const line = (row: readonly string[]) =>
    `${row.map((cell, column) => ` ${column === head.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 2)}`).join('')}\n`;
  const body = rows.map(line).join('');
  if (quiet) return body;
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width + 3, 0));
  return `${line(head)}${rule}\n${body}`;
}
