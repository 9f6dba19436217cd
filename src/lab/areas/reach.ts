import { fail, type Program } from '../program.ts';
import type { Area } from './area.ts';
import { bbr, bbrFile, bbrRunning, modprobe, sysctl } from './reach/bbr.ts';
import { bmcPress, bmcSensors, bmcStatus, bmcUntil } from './reach/bmc.ts';
import { dns, dnsAsk, dnsVerify, lookup, nmcli, resolvConf } from './reach/dns.ts';
import { reachOf } from './reach/reach.ts';
import { wake } from './reach/wake.ts';

const scriptsOnly: Program = (call) => fail(call, `${call.argv[0]}: the practice hosts run it from the bot's own scripts only`);

/** What is between hosts: reachability, name servers, congestion control, waking and power switches. */
export const reach: Area = {
  programs: { modprobe, sysctl, nmcli, bash: scriptsOnly, getent: scriptsOnly, python3: scriptsOnly, ipmitool: scriptsOnly },
  scripts: {
    reach: reachOf,
    bbr,
    'bbr-running': bbrRunning,
    dns,
    'dns-ask': dnsAsk,
    'dns-verify': dnsVerify,
    lookup,
    wake,
    'bmc-status': bmcStatus,
    'bmc-sensors': bmcSensors,
    'bmc-press': bmcPress,
    'bmc-until': bmcUntil,
  },
  files: { '/etc/resolv.conf': resolvConf, '/etc/sysctl.d/90-hostler-bbr.conf': bbrFile },
};
