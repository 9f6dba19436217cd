import { type Call, effect, fail, type Program } from '../../program.ts';
import { fingerprintOf, NEW, OLD, pemOf, printed, RENEWED, SHOP, shaOf, shopOn } from './state.ts';

/** Practice hosts that serve it. */
const HOSTS = ['kvm1', 'web1'];
const serves = ({ machine }: Call) => HOSTS.includes(machine.name);

/** What the bot's scripts about certificates find and do. */
export const CERT_SCRIPTS: { readonly [name: string]: Program } = {
  'cert-files': (call) => {
    const { file } = shopOn(call.machine);
    if (serves(call)) call.out(`== ${SHOP.cert}\n${printed(file)}`);
    return 0;
  },
  'cert-ports': (call) => {
    if (serves(call) && call.argv.includes(String(SHOP.port))) call.out(`== ${SHOP.port}\n${printed(shopOn(call.machine).served)}`);
    return 0;
  },
  'cert-pair': (call) => {
    const path = call.argv[1] ?? '';
    const known =
      path === RENEWED.cert && call.machine.name === RENEWED.host ? NEW : path === SHOP.cert && serves(call) ? shopOn(call.machine).file : undefined;
    call.out(known === undefined ? 'none\n' : `${printed(known)}sha ${shaOf(known, 'CERTIFICATE')}\nkeysha ${shaOf(known, 'PRACTICE KEY')}\nfits\n`);
    return 0;
  },
  'cert-saved': (call) => {
    const known = shopOn(call.machine).kept.get(call.argv[1] ?? '');
    call.out(known === undefined ? 'none\n' : `sha256 Fingerprint=${fingerprintOf(known)}\n`);
    return 0;
  },
  'cert-key': async (call) => {
    const [, id = ''] = call.argv;
    const shop = shopOn(call.machine);
    shop.waiting = await call.input();
    shop.kept.set(id, shop.file);
    effect(call, 'cert-key', id);
    return 0;
  },
  'cert-put': async (call) => {
    const shop = shopOn(call.machine);
    const text = await call.input();
    const known = [OLD, NEW].find((one) => pemOf(one, 'CERTIFICATE') === text && pemOf(one, 'PRACTICE KEY') === shop.waiting);
    if (!known) return fail(call, 'the key is not the certificate’s; nothing was replaced', 65);
    shop.file = known;
    effect(call, 'cert-put', known.label);
    return 0;
  },
  'cert-reload': (call) => {
    const shop = shopOn(call.machine);
    shop.served = shop.file;
    effect(call, 'systemctl', 'reload-or-restart', call.argv[5] ?? '');
    return 0;
  },
  'cert-now': (call) => {
    call.out(`${fingerprintOf(shopOn(call.machine).served)}\n`);
    return 0;
  },
  'cert-settle': (call) => {
    call.out('the new certificate is in use\n');
    return 0;
  },
  'cert-back': (call) => {
    const shop = shopOn(call.machine);
    const [, id = ''] = call.argv;
    const back = shop.kept.get(call.argv[7] ?? '');
    if (!back) return fail(call, 'nothing is kept');
    shop.kept.set(id, shop.file);
    shop.file = back;
    effect(call, 'cert-back', back.label);
    return 0;
  },
};
