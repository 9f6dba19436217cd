/** One word for a POSIX shell, so that it reads exactly this text. Throws on NUL, which no argument can hold. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('an argument cannot hold a NUL character');
  if (/^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word)) return word; // zsh expands a leading "="
  return `'${word.replaceAll("'", "'\\''")}'`;
}
