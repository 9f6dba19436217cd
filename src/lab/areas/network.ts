import { INTERFACES, netFiles } from '../world/netconf.ts';
import type { Area } from './area.ts';
import { linksApply, linksFiles, linksNow, linksSettled, onlyOurs, tool } from './network/links.ts';

/** What configures links: ifupdown2, on some hosts NetworkManager. */
export const network: Area = {
  programs: { ifreload: tool, nmcli: tool },
  scripts: {
    'links-files': linksFiles,
    'links-now': linksNow,
    'links-apply': linksApply,
    'links-settled': linksSettled,
    'pve-only-ours': onlyOurs,
  },
  files: { [INTERFACES]: (machine) => netFiles(machine).get(INTERFACES) },
};
