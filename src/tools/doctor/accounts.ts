/** Passwords that systems are delivered with: account, a colon, password. */
const DEFAULTS = ['pi:raspberry', 'root:root', 'root:openEuler12#$', 'admin:admin', 'admin:password', 'ubuntu:ubuntu', 'debian:debian'] as const;

/**
 * POSIX sh: the names of accounts that anybody may enter, by shadow(5); nothing where it may not be read. No hash leaves the host, nor stands in
 * any argument: the comparison is made there, over a pipe.
 */
export const ACCOUNTS = `if [ -r /etc/shadow ]; then
echo "== accounts-empty"; awk -F: '$2 == "" { print $1 }' /etc/shadow | head -n 50
if command -v perl >/dev/null 2>&1 || python3 -W ignore -c 'import crypt' 2>/dev/null; then echo "== accounts-default"; else echo "== accounts-uncompared"; fi
same() {
  if command -v perl >/dev/null 2>&1; then printf '%s\\n%s\\n' "$1" "$2" | perl -e 'chomp(my $p = <STDIN>); chomp(my $h = <STDIN>); my $c = crypt($p, $h); exit(defined $c && $c eq $h ? 0 : 1)'
  elif command -v python3 >/dev/null 2>&1; then printf '%s\\n%s\\n' "$1" "$2" | python3 -W ignore -c 'import crypt,sys; p=sys.stdin.readline()[:-1]; h=sys.stdin.readline()[:-1]; sys.exit(0 if crypt.crypt(p,h)==h else 1)' 2>/dev/null
  else return 1; fi
}
for pair in ${DEFAULTS.map((pair) => `'${pair}'`).join(' ')}; do
  name=\${pair%%:*}
  hash=$(awk -F: -v n="$name" '$1 == n { print $2; exit }' /etc/shadow)
  case $hash in '$'*) if same "\${pair#*:}" "$hash"; then echo "$name"; fi;; esac
done
fi`;
