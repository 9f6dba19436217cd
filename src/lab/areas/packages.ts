import type { Area } from './area.ts';
import { aptGet, aptMark, aptScripts } from './packages/apt.ts';
import { dnf, dnfScripts } from './packages/dnf.ts';

export const packages: Area = {
  programs: { 'apt-get': aptGet, 'apt-mark': aptMark, dnf },
  scripts: { ...aptScripts, ...dnfScripts },
};
