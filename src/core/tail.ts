/** The end of a text, at most so many characters, from the beginning of a line where that is possible. */
export function tailOf(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.slice(-most);
  const line = end.indexOf('\n');
  return line >= 0 && line < most / 2 ? end.slice(line + 1) : end;
}
