/** What `/version` answers. */
export function versionOf(version: string): { readonly [field: string]: string } {
  return { version, release: version.split('.').slice(0, 2).join('.'), repoid: '0000000000000000' };
}
