/** POSIX sh, run in a Debian tree: a local apt source with updates of every kind, and what they update installed. */
export const APT_WORLD = `set -e; export DEBIAN_FRONTEND=noninteractive
pack() { d=$(mktemp -d); mkdir -p "$d/DEBIAN"; printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: Nobody <nobody@example.org>\\nDescription: nothing\\n%s' "$1" "$2" "\${4:+Depends: $4
}" >"$d/DEBIAN/control"; [ -z "\${5:-}" ] || { printf '#!/bin/sh\\n%s\\n' "$5" >"$d/DEBIAN/postinst"; chmod 755 "$d/DEBIAN/postinst"; }
  mkdir -p "/srv/$3"; dpkg-deb -b "$d" "/srv/$3/$1_$2_all.deb" >/dev/null; rm -rf "$d"; }
index() { cd "/srv/$1"; rm -f Packages; for f in *.deb; do { dpkg-deb -f "$f"; printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$f" "$(stat -c %s "$f")" "$(sha256sum "$f" | cut -d' ' -f1)"; } >>Packages; done
  printf 'Origin: Debian\\nLabel: %s\\nSuite: %s\\nCodename: bookworm\\nVersion: 12\\nDate: %s\\nSHA256:\\n %s %s Packages\\n' "$2" "$3" "$(date -Ru)" "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release; }
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /var/lib/apt/lists/*
echo 'deb [trusted=yes] file:/srv/main ./' >/etc/apt/sources.list
for p in plain urgent keptpkg; do pack $p 1.0 main; done
pack linux-image-amd64 6.1.1 main linux-image-6.1.0-1-amd64; pack linux-image-6.1.0-1-amd64 6.1.1 main
index main Debian stable; apt-get -qq update; apt-get -y -qq install plain urgent keptpkg linux-image-amd64 >/dev/null 2>&1; apt-mark -qq auto plain
pack plain 1.1 main libnew; pack libnew 0.1 main; pack keptpkg 1.1 main
pack linux-image-amd64 6.1.2 main linux-image-6.1.0-2-amd64; pack linux-image-6.1.0-2-amd64 6.1.2 main '' 'touch /run/reboot-required'
index main Debian stable; pack urgent 1.0+deb12u1 security; index security Debian-Security stable-security
echo 'deb [trusted=yes] file:/srv/security ./' >>/etc/apt/sources.list
`;

/** The same with packages of rpm; run where createrepo_c and rpmbuild are. */
export const RPM_WORLD = `set -e; mkdir -p /srv/r /etc/rpm; echo '%_dbpath /var/lib/rpm' >/etc/rpm/macros; cd /srv
spec() { printf 'Name: %s\\nVersion: %s\\nRelease: 1\\nSummary: nothing\\nLicense: none\\nBuildArch: noarch\\n%s\\n%%description\\nnothing\\n%%files\\n' "$1" "$2" "\${3:+Requires: $3}" >/root/p.spec
  rpmbuild --quiet -bb --define '_rpmdir /srv/r' --define '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.noarch.rpm' /root/p.spec 2>/dev/null; }
for p in plain urgent keptpkg; do spec $p 1.0; done; spec kernel 6.1.0; createrepo_c -q /srv/r
`;
const ADVISORY = (id: string) => `cat >/root/updateinfo.xml <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<updates><update from="security@example.org" status="final" type="security" version="1"><id>${id}</id><title>urgent</title><release>test</release><issued date="2025-01-01 00:00:00"/><severity>Important</severity>
<references><reference href="https://example.org/CVE-2025-0001" id="CVE-2025-0001" type="cve" title="CVE-2025-0001"/></references><description>nothing</description>
<pkglist><collection short="r"><name>r</name><package name="urgent" version="1.1" release="1" epoch="0" arch="noarch"><filename>urgent-1.1-1.noarch.rpm</filename></package></collection></pkglist></update></updates>
XML
createrepo_c -q /srv/r; modifyrepo_c --mdtype=updateinfo /root/updateinfo.xml /srv/r/repodata >/dev/null
`;
const NEWER = `spec plain 1.1 libnew; spec libnew 0.1; spec urgent 1.1; spec keptpkg 1.1; spec kernel 6.1.1
`;
const RELEASE = (id: string, pretty: string, version: string) =>
  `rm /etc/os-release; printf 'ID="%s"\\nVERSION_ID="%s"\\nPRETTY_NAME="%s"\\n' '${id}' '${version}' '${pretty}' >/etc/os-release
`;
/** Debian's dnf has a plugin of its own on by default that needs another repository. */
export const DNF_WORLD = `${RPM_WORLD}${RELEASE('openEuler', 'openEuler 24.03 (LTS-SP2)', '24.03')}
rm -f /etc/dnf/plugins/local.conf /usr/lib/python3/dist-packages/dnf-plugins/local.py; echo 24.03 >/etc/dnf/vars/releasever; : >/etc/dnf/plugins/versionlock.list
mkdir -p /etc/yum.repos.d; printf '[r]\\nname=r\\nbaseurl=file:///srv/r\\nenabled=1\\ngpgcheck=0\\n' >/etc/yum.repos.d/r.repo
dnf -q -y install plain urgent kernel keptpkg >/dev/null 2>&1; dnf -q mark remove plain >/dev/null
${NEWER}${ADVISORY('openEuler-SA-2025-0001')}`;
export const ZYPPER_WORLD = `${RPM_WORLD}${RELEASE('opensuse-leap', 'openSUSE Leap 15.6', '15.6')}
zypper -q -n ar -G -f file:///srv/r r; zypper -q -n install plain urgent kernel keptpkg >/dev/null 2>&1
${NEWER}${ADVISORY('openSUSE-SLE-15.6-2025-1')}`;
