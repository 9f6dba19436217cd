import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, skip, without } from '../doctor/verdicts.ts';

const DAY = 86_400;
const MOST_DAYS = 7;

export default check({
  title: { en: 'the package lists are young', zh: '软件包列表足够新' },
  why: { en: 'what is not known to be updated is not updated', zh: '不知道有更新就不会更新' },
  source: 'apt-get(8): update, /var/lib/apt/lists',
  appliesTo: { en: 'hosts with apt', zh: '使用 apt 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const lines = (await look.read(host, system())).get('lists');
    if (!lines) return without('apt-get');
    const [now = 0, ...times] = lines.map(Number);
    if (times.length === 0) return skip('there are no lists', '没有列表');
    const days = Math.floor((now - Math.max(...times)) / DAY);
    if (days <= MOST_DAYS) return found();
    return found({
      severity: 'notice',
      what: say({ en: 'the package lists are {days} d old', zh: '软件包列表已 {days} 天未更新' }, { days }),
      fix: `pkg refresh ${host.name}`,
    });
  },
});
