import { filled } from './filled.ts';

/** Lines of the trade that hold no secret, however random they look. A dollar before a brace is written €. */
const TEMPLATES = String.raw`
UPID:pve1:000{HEX:5}:{HEX:8}:65{HEX:6}:qmstart:104:root@pam:
UPID:pve2:000{HEX:5}:{HEX:8}:6B{HEX:6}:vzdump:102:ana@pve!bot:
UPID:pbs1:{HEX:8}:{HEX:8}:{HEX:8}:{HEX:8}:garbage_collection:tank:root@pam:
<root@pam> starting task UPID:pve1:0003A1B2:{HEX:8}:{HEX:8}:qmmigrate:104:root@pam:
end task UPID:pve3:0001C2D3:{HEX:8}:{HEX:8}:vzsnapshot:201:bo@ldap: OK
{hex:64}  /var/lib/vz/template/iso/debian-13.1.0-amd64-netinst.iso
{hex:40}  vmlinuz-6.8.12-4-pve
{hex:128}  backup.tar.zst
{hex:32}  /etc/pve/storage.cfg
SHA512 (openeuler-24.03-LTS-x86_64-dvd.iso) = {hex:128}
registry.example.org:5000/team/shop@sha256:{hex:64}
docker.io/library/postgres:16.4-alpine3.20
ghcr.io/example/web:sha-{hex:40}
quay.io/ceph/ceph:v19.2.0-20240927
Digest: sha256:{hex:64}
Status: Downloaded newer image for nginx@sha256:{hex:64}
{hex:12}   nginx:1.27   "/docker-entrypoint.…"   2 days ago   Up 2 days   80/tcp   web
overlay on /var/lib/docker/overlay2/{hex:64}/merged type overlay (rw,relatime)
/var/lib/containers/storage/overlay/{hex:64}/diff
containerd[812]: time="2026-11-21T18:28:00.12Z" level=info msg="StartContainer for \"{hex:64}\" returns successfully"
/sys/fs/cgroup/system.slice/docker-{hex:64}.scope
smbios1: uuid={uuid}
vmgenid: {uuid}
UUID={uuid} / ext4 errors=remount-ro 0 1
UUID={HEX:4}-{HEX:4} /boot/efi vfat umask=0077 0 1
PARTUUID={uuid} none swap sw 0 0
/dev/sda2: UUID="{uuid}" BLOCK_SIZE="4096" TYPE="ext4" PARTUUID="{uuid}"
/dev/nvme0n1p3: UUID="{n:19}" UUID_SUB="{n:20}" LABEL="rpool" TYPE="zfs_member"
/dev/sdb3: UUID="{a:6}-{a:4}-{a:4}-{a:4}-{a:4}-{a:4}-{a:6}" TYPE="LVM2_member"
PV UUID               {a:6}-{a:4}-{a:4}-{a:4}-{a:4}-{a:4}-{a:6}
/dev/disk/by-id/dm-uuid-LVM-{a:64}
/dev/disk/by-id/lvm-pv-uuid-{a:6}-{a:4}-{a:4}-{a:4}-{a:4}-{a:4}-{a:6}
/dev/disk/by-id/ata-Samsung_SSD_860_EVO_1TB_S3Z8NB0K{n:6}X
/dev/disk/by-id/ata-WDC_WD40EFRX-68N32N0_WD-WCC7K{U:7}-part1
/dev/disk/by-id/nvme-SAMSUNG_MZVLB512HAJQ-00000_S3W8NX0M{n:6}
/dev/disk/by-id/nvme-eui.0025388b{hex:8}-part3
/dev/disk/by-id/wwn-0x5002538e{hex:8}-part9
/dev/disk/by-id/scsi-36001405{hex:25}
/dev/disk/by-id/scsi-SQEMU_QEMU_HARDDISK_drive-scsi0
/dev/disk/by-path/pci-0000:00:1f.2-ata-1.0-part1 -> ../../sda1
/dev/mapper/pve-vm--104--disk--0
mpatha (36001405{hex:25}) dm-3 LIO-ORG,disk1
link/ether {mac} brd ff:ff:ff:ff:ff:ff
net0: virtio={mac},bridge=vmbr0,firewall=1,tag=120
    inet6 fe80::{hex:4}:{hex:4}:fe{hex:2}:{hex:4}/64 scope link
    inet6 2001:db8:{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}:{hex:4}/64 scope global dynamic
? (192.0.2.17) at {mac} [ether] on vmbr0
port_guid: 0x0002c903{hex:8}
node_guid 0x{hex:16} sys_image_guid 0x{hex:16}
WWN: 50:01:43:80:{hex:2}:{hex:2}:{hex:2}:{hex:2}
LU WWN Device Id: 5 002538 e4{hex:7}
Serial Number:    S3Z8NB0K{n:6}X
256 SHA256:{b:43} root@pve1 (ED25519)
The authenticity of host can't be established: ED25519 key fingerprint is SHA256:{b:43}.
Accepted publickey for root from 192.0.2.9 port 51234 ssh2: ED25519 SHA256:{b:43}
Connection from user ana 192.0.2.9 port 40022: RSA-CERT SHA256:{b:43} ID ana (serial 12) CA ED25519 SHA256:{b:43}
2048 MD5:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2} host (RSA)
ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b:43} ana@example.org
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{b:300}= bo@build
ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB{b:86}= root@db1
sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAI{b:60} key@example.org
|1|{b:27}=|{b:27}= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b:43}
[192.0.2.7]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b:43}
fingerprint {print}
SHA256 Fingerprint={print}
pbs: backup
	fingerprint {hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}
ssl-cert fingerprint: {print}
X509v3 Subject Key Identifier: {hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}
Serial Number: {hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}
kernel boot id {hex:32}
           Boot ID: {hex:32}
        Machine ID: {hex:32}
-- Boot {hex:32} --
0 {hex:32} Fri 2026-11-20 07:00:01 UTC—Sat 2026-11-21 18:28:00 UTC
-- cursor: s={hex:32};i={hex:6};b={hex:32};m={hex:9};t={hex:13};x={hex:16}
__CURSOR=s={hex:32};i=1a2b;b={hex:32};m=3c4d;t=5e6f;x={hex:16}
rpool  guid  {n:20}  -
tank/vm-104-disk-0@autosnap_2026-11-21_18:00:01_hourly
rpool/data/subvol-201-disk-0@__replicate_201-0_1795285680__
tank/backup@zfs-auto-snap_daily-2026-11-21-0625
before-T{U:11}  2026-11-21 18:28:00
pre-upgrade-20261121-1828  |->  current
{hex:7} (HEAD -> main) Guests keep their tags
commit {hex:40}
Author: Ana <ana@example.org>
index {hex:10}..{hex:10} 100644
v1.4.2-17-g{hex:8}-dirty
https://git.example.org/infra/hosts/-/commit/{hex:40}
/usr/share/javascript/proxmox-widget-toolkit-dev/proxmoxlib.js
/usr/lib/x86_64-linux-gnu/perl5/5.40/auto/Proxmox/RS/CalendarEvent/CalendarEvent.so
/usr/lib/python3/dist-packages/ceph_volume/devices/lvm/batch.py
/tmp/hostler-libvirt-Xk9QzW/aa53ef08-ad89-4935-bbfc-020ae81d584c.qcow2
/srv/vm/tR7yPq2W/5f0c9e1d-77aa-4b8e-9d3c-0a1b2c3d4e5f/disk-0.raw
/var/tmp/build-Zx8Kq2LmVw/rootfs
/var/lib/libvirt/images/openEuler-24.03-LTS-SP1-x86_64.qcow2
/nix/store/{l:32}-openssh-9.9p1/bin/ssh
/snap/core22/1663/usr/lib/x86_64-linux-gnu/libcrypto.so.3
/opt/app/releases/20261121182800/node_modules/@types/node/index.d.ts
/etc/systemd/system/multi-user.target.wants/node_exporter.service
ii  libpve-access-control  8.2.0  all  Proxmox VE access control library
proxmox-kernel-6.8.12-4-pve-signed (6.8.12-4) wird eingerichtet
python3-dnf-plugin-versionlock-4.3.0-16.an8.noarch
kernel-5.10.134-17.2.al8.x86_64
NetworkManager-1.46.2-2.oe2403sp1.x86_64
glibc-2.38-47.oe2403sp1.x86_64 from openEuler-24.03-LTS-SP1-everything
Unpacking linux-image-6.12.48+deb13-amd64 (6.12.48-1) ...
1:9.20.11-1~deb13u1
systemd-networkd-wait-online@enp3s0f1np1.service
dev-disk-by\x2duuid-{hex:8}\x2d{hex:4}\x2d{hex:4}\x2d{hex:4}\x2d{hex:12}.device
pve-container@201.service loaded active running PVE LXC Container: 201
app-org.gnome.Terminal-vte\x2dspawn-{uuid}.scope
session-c12.scope - Session c12 of User gdm
snapd.apparmor.service  enabled  enabled
systemd-cryptsetup@luks\x2d{hex:8}\x2d{hex:4}.service
run-docker-runtime\x2drunc-moby-{hex:64}-runc.mount
  cluster: id: {uuid} health: HEALTH_OK
fsid = {uuid}
osd.12 [v2:192.0.2.31:6802/{n:10},v1:192.0.2.31:6803/{n:10}] 192.0.2.31:0/{n:10} osd_uuid {uuid}
pg 2.1f7 is active+clean, acting [3,1,5]
rbd_data.{hex:12}.0000000000000a3f
mon.pve1@0(leader).osd e{n:5} do_prune osdmap full prune enabled
iqn.2003-01.org.linux-iscsi.san1.x8664:sn.{hex:12}
iqn.1993-08.org.debian:01:{hex:12}
naa.6001405{hex:25}
nqn.2014-08.org.nvmexpress:uuid:{uuid}
web1.dc2.prod.internal.example.org
ip-192-0-2-17.eu-central-1.compute.internal
{hex:32}.sandbox.example.org
BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet intel_iommu=on iommu=pt
initrd=\EFI\proxmox\6.8.12-4-pve\initrd.img root=ZFS=rpool/ROOT/pve-1 boot=zfs
root=UUID={uuid} ro crashkernel=256M console=ttyS0,115200n8 selinux=0
scsi0: local-zfs:vm-104-disk-0,discard=on,iothread=1,size=32G,ssd=1,serial=S{U:14}
ide2: local:iso/openEuler-24.03-LTS-x86_64-dvd.iso,media=cdrom,size=4188M
args: -device vfio-pci,host=0000:01:00.0,multifunction=on -cpu host,kvm=off,hv_vendor_id=proxmox
meta: creation-qemu=9.0.2,ctime=1795167133
efidisk0: local-lvm:vm-104-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M
hostpci0: mapping=gpu1,pcie=1,x-vga=1
boot: order=scsi0;ide2;net0
cipassword: **********
tags: prod;web;zone-a
volume local:backup/vzdump-qemu-104-2026_11_21-18_28_00.vma.zst
INFO: Backup job vzdump-{hex:8} finished with 0 errors
vm/104/2026-11-21T18:28:00Z/drive-scsi0.img.fidx
host/pve1/2026-11-21T02:00:05Z/root.pxar.didx
INFO: using fast incremental mode (dirty-bitmap), 1.2 GiB dirty of 32.0 GiB total
{"archive-name":"drive-scsi0.img.fidx","csum":"{hex:64}","size":34359738368}
{"files":[{"crypt-mode":"none","csum":"{hex:64}","filename":"qemu-server.conf.blob","size":421}]}
chunk {hex:64} seems to be missing
key fingerprint {hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}:{hex:2}
客户机 web1 已在节点 pve2 上启动，用时 3.2 秒
存储池 tank 的健康状态：正常；GUID {n:20}
密码已更新，请重新登录。快照 before-T{U:11} 已删除
org.apache.hadoop.hdfs.server.datanode.DataNode$DataXceiverServer
java.util.concurrent.ThreadPoolExecutor$Worker.run(ThreadPoolExecutor.java:635)
com.example.shop.CheckoutServiceImplV2Test.rejectsExpiredBasket
AbstractSingletonProxyFactoryBean2Configurer initialised
kubernetesDeploymentReplicaSetController2 synced
NVRM: GPU at PCI:0000:01:00: GPU-{uuid}
coredns-{hex:10}-7x8kq   1/1   Running   0   12d
web-frontend-7d9c5b8f6d-zk2lp
secretName: web-tls
Error from server (NotFound): secrets "web-tls" not found
kube-root-ca.crt   1      212d
resourceVersion: "{n:9}"
{n:40}
4111 1111 0000 {n:12}
00000000  7f 45 4c 46 02 01 01 00  00 00 00 00 00 00 00 00  |.ELF............|
0000{hex:4}: {hex:4} {hex:4} {hex:4} {hex:4} {hex:4} {hex:4} {hex:4} {hex:4}  ....%...x...y...
RIP: 0010:__x64_sys_openat+0x{hex:2}/0x{hex:2} [kernel] Code: {hex:2} {hex:2} {hex:2} {hex:2} {hex:2} <{hex:2}> {hex:2}
RAX: {hex:16} RBX: {hex:16} RCX: {hex:16}
audit: type=1400 audit(1795285680.123:{n:5}): apparmor="STATUS" operation="profile_load"
pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.9 user=root
Failed password for invalid user admin from 192.0.2.9 port 51234 ssh2
passwd: password updated successfully
passwd: all authentication tokens updated successfully.
passwd:         files systemd
shadow:         files
Password expires                                        : never
Last password change                                    : Nov 21, 2026
sudo: pam_unix(sudo:auth): conversation failed; a password is required
sudo:      ana : TTY=pts/0 ; PWD=/home/ana ; USER=root ; COMMAND=/usr/bin/systemctl restart nginx
PWD=/root
password=
Enter new password: 
ana:x:1001:1001:Ana,,,:/home/ana:/bin/bash
bo:!:19000:0:99999:7:::
token: root@pam!hostler
tokenid: hostler  privsep: 1  expire: 0
token=expired
api_key: env:DNS_KEY
password: file:/etc/hostler/pw
ssl_certificate_key /etc/nginx/ssl/web1.key;
PasswordAuthentication no
PermitRootLogin prohibit-password
AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2
HostKey /etc/ssh/ssh_host_ed25519_key
IdentityFile ~/.ssh/id_ed25519
PublicKey = {b:43}=
peer: {b:43}=
  public key: {b:43}=
"integrity": "sha512-{b:86}=="
github.com/redis/go-redis/v9 v9.7.0 h1:{b:43}=
example.org. IN DNSKEY 257 3 13 {b:86}==
example.org. IN DS 12345 13 2 {HEX:64}
mail._domainkey IN TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB{b:180}"
"public_key":"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{b:300}"
certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSU{b:200}
GET /api2/json/nodes/pve1/tasks?limit=50&start=0 HTTP/1.1" 200 {n:5}
https://pve1.example.org:8006/#v1:0:=qemu%2F104:4:5:=contentIso::::
http://192.0.2.8:3128/ http://mirror.example.org:80/debian@stable
ssh://git@git.example.org:2222/infra/hosts.git
redis://127.0.0.1:6379/0
ETag: "{hex:8}-{hex:4}"
X-Request-Id: {uuid}
traceparent: 00-{hex:32}-{hex:16}-01
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36
level=info ts=1795285680.12 caller=main.go:112 msg="reconciled" namespace=default name=web-3 duration=12.1ms
event €{u:43} in !{a:18}:example.org from @ana:example.org
C0{U:9} U0{U:9} 1795285680.{n:6}
dbus-daemon[611]: reply_cookie={n:4} sender=:1.42
NT_STATUS_WRONG_PASSWORD
basic configuration-management-agent2 started
Bearer token was refused
TOTAL 2147483648 bytes in {n:9} us
smartctl 7.4 2023-08-01 r5530 [x86_64-linux-6.8.12-4-pve] (local build)
ID# ATTRIBUTE_NAME          FLAG     VALUE WORST THRESH TYPE      UPDATED  WHEN_FAILED RAW_VALUE
Hostler ticket T{U:11} approved by Bo, code {U:5}
`;

/** One a line; those with something invented in them come three times. */
export const INNOCENTS: readonly string[] = [
  ...new Set(
    TEMPLATES.split('\n')
      .filter((line) => line.trim() !== '')
      .flatMap((line) => [1, 2, 3].map((variant) => filled(line, variant).replaceAll('€', '$'))),
  ),
];
