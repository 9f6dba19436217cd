import { filled } from './filled.ts';

/** Lines with secrets of every sort, each between « and », and what is to stand there. Line breaks are written ⏎, dollars €. */
const TEMPLATES = String.raw`
token   | Authorization: PVEAPIToken=root@pam!hostler=«{uuid}»
token   | Authorization: PBSAPIToken=hostler@pbs!bot:«{uuid}»
token   | token root@pam!hostler=«{uuid}» was accepted
token   | curl -H 'Authorization: PVEAPIToken=ana@pve!ci=«{uuid}»' https://192.0.2.11:8006/api2/json/version
token   | PVE:root@pam:65A1B2C3::«{b:342}==»
token   | ticket PBS:ana@pbs:6B001389::«{b:342}==» issued
token   | {"ticket":"PVE:ana@ldap:65A1B2C3::«{b:256}»","username":"ana@ldap"}
token   | PVEVNC:root@pam:65A1B2C3::«{b:120}==» opened
token   | Cookie: PVEAuthCookie=«PVE%3Aroot%40pam%3A65A1B2C3%3A%3A{a:200}%3D%3D»
token   | set PVEAuthCookie=«PVE:root@pam:65A1B2C3::{b:100}==»; path=/
token   | https://x.example.org/?t=«PVE%3Aana@pve%3A65A1B2C3%3A%3A{a:180}%3D»
token   | "CSRFPreventionToken": "«65A1B2C3:{b:43}»"
token   | CSRFPreventionToken: «6B001389:{b:27}»
token   | header was 65A1B2C3:«{b:43}» then
token   | SLACK_BOT_TOKEN=«xoxb-{n:12}-{n:13}-{a:24}»
token   | using xoxp token «xoxp-{n:12}-{n:12}-{n:13}-{hex:32}» for bo
token   | app «xapp-1-A0{U:9}-{n:13}-{hex:64}» connected
token   | refresh «xoxe.xoxp-1-{a:120}» done
token   | remote: https://«ghp_{a:36}»@github.com/example/infra.git
token   | GitHub said no to «gho_{a:36}»
token   | (server token: «ghs_{a:36}»)
token   | pat «github_pat_{a:22}_{a:59}» expires
token   | glab auth login with «glpat-{u:20}» done
token   | runner registered with «glrt-{u:20}»
token   | deploy «gldt-{u:20}» is revoked
token   | aws_access_key_id = «AKIA{U:16}»
token   | key «ASIA{U:16}» assumed the role
key     | aws_secret_access_key = «{b:40}»
key     | AWS_SECRET_ACCESS_KEY=«{b:40}»
token   | maps «AIza{u:35}» over quota
token   | ya29 token «ya29.{u:80}» expired
token   | //registry.example.org/:_authToken=«npm_{a:36}»
token   | npm ERR! with «npm_{a:36}»
token   | pypi upload «pypi-AgEIcHlwaS5vcmc{u:80}» failed
token   | docker login -u ci with «dckr_pat_{u:27}»
token   | charge with «sk_live_{a:24}» failed
token   | «rk_test_{a:40}» is restricted
token   | webhook «whsec_{a:32}» rotated
token   | logged in, access token «syt_Ym90_{a:20}_{a:6}»
token   | M_UNKNOWN_TOKEN «mat_{a:30}_{a:6}» is soft logged out
token   | macaroon «MDAx{u:120}» of old
token   | id «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbmEifQ.{u:43}» ok
token   | {"id_token":"«eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbmEifQ.{u:342}»"}
token   | Authorization: Bearer «{u:43}»
token   | authorization: bearer «{hex:40}»
token   | > Authorization: Basic «YW5hOmh1bnRlcjI=»
token   | "Authorization": "Bearer «{a:30}»",
token   | \"authorization\":\"Bearer «{a:30}»\"
token   | retry with Bearer «{a:32}» now
token   | Proxy-Authorization: Basic «{b:24}»
token   | Set-Cookie: session=«{a:40}»; Path=/; HttpOnly
token   | vault «hvs.{u:90}» renewed
key     | tailscale up --authkey «tskey-auth-{a:12}-{a:32}»
token   | doctl «dop_v1_{hex:64}» ok
token   | mail «SG.{u:22}.{u:43}» sent
token   | «sk-ant-api03-{u:90}» used
token   | «hf_{a:34}» downloaded
token   | bot {n:9}:«AA{u:33}» polls
token   | X-Vault-Token: «{a:26}»
token   | ?access_token=«{a:22}»&user=ana
token   | {"token": "«{a:18}»"}
token   | token=«{a:16}» host=web1
token   | export GITLAB_TOKEN='«{a:20}»'
token   | hostler --token «{a:20}» status
token   | X-Amz-Signature=«{hex:64}»&X-Amz-Date=20261121T000000Z
token   | "csrf_token":"«{u:30}»"
password| https://ana:«hunter2»@example.org/repo.git
password| postgres://shop:«p4ss!word»@db1:5432/shop
password| redis://:«{a:20}»@192.0.2.4:6379/0
password| amqp://shop:«guest»@mq1/
password| smb://ana:«S3cret%21»@nas1/share
password| http_proxy=http://proxy:«{a:12}»@192.0.2.8:3128
password| mongodb+srv://app:«{a:16}»@cluster0.example.org
password| password=«hunter2»
password| password=«€ecret,9»
password| postgres://shop:«%21€ecret»@db1/shop
password| password: «hunter2»
password| PASSWORD = "«correct horse battery»"
password| passwd: «Tr0ub4dor&3»
password| db_password: '«it is long, and has spaces»'
password| {"password":"«a\"b c»","user":"ana"}
password| {\"password\": \"«hunter2x»\", \"n\": 1}
password| {'password': '«hunter2»'}
password| :password => "«hunter2»"
password| dbPass=«hunter2»; dbUser=shop
password| spring.datasource.password=«hunter2»
password| MYSQL_PWD=«hunter2» mysqldump shop
password| PGPASSWORD=«hunter2» psql
password| SSHPASS=«hunter2» sshpass -e ssh web1
password| BORG_PASSPHRASE="«four words in here»"
password| RESTIC_PASSWORD=«{a:32}»
password| PBS_PASSWORD='«{uuid}»'
password| sshpass -p «hunter2» ssh root@web1
password| pveum passwd ana --password «hunter2»
password| qm set 104 --cipassword «hunter2»
password| qm set 104 --cipassword=«hunter2»
password| mount -t cifs //nas1/x /mnt -o username=ana,password=«hunter2»,vers=3.0
password| curl -u ana:«hunter2» https://example.org/
password| curl --user 'ana:«hunter2»' https://example.org/
password| openssl rsa -passin pass:«hunter2» -in x
password| Invalid password: «hunter2» for ana
password| 密码：«hunter2»
password| root:«€6€{a:16}€{a:86}»:19000:0:99999:7:::
password| bo:«€y€j9T€{a:22}€{a:43}»:20000:0:99999:7:::
password| carol:«€5€{a:16}€{a:43}»:19000::::::
password| hash «€2b€12€{a:53}» stored
password| ana:«€apr1€{a:8}€{a:22}»
password| bo:«€2y€05€{a:53}»
password| carol:{SHA}«{b:27}=»
password| userPassword: {SSHA}«{b:32}»
password| «€argon2id€v=19€m=65536,t=3,p=4€{b:22}€{b:43}»
password| rootpw --iscrypted «€6€{a:16}€{a:86}»
password| "«SCRAM-SHA-256€4096:{b:22}==€{b:43}=:{b:43}=»"
key     | PrivateKey = «{b:43}=»
key     | PresharedKey=«{b:43}=»
key     | wpa_psk="«twelve words of mine»"
key     | api_key: «{hex:32}»
key     | X-Api-Key: «{a:32}»
key     | "apiKey": "«{a:24}»"
key     | encryption_key=«{b:43}=»
key     | key = «AQB{b:35}==»
key     | ceph auth print-key: «AQD{b:35}==»
key     | «AGE-SECRET-KEY-1{U:58}»
key     | tls.key: «LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk{b:400}»
key     | «-----BEGIN RSA PRIVATE KEY-----⏎{b:64}⏎{b:64}⏎{b:22}==⏎-----END RSA PRIVATE KEY-----»
key     | «-----BEGIN OPENSSH PRIVATE KEY-----⏎{b:70}⏎{b:70}⏎{b:9}=⏎-----END OPENSSH PRIVATE KEY-----» of web1
key     | «-----BEGIN EC PRIVATE KEY-----⏎Proc-Type: 4,ENCRYPTED⏎DEK-Info: AES-128-CBC,{HEX:32}⏎⏎{b:64}⏎{b:30}==⏎-----END EC PRIVATE KEY-----»
key     | «-----BEGIN PGP PRIVATE KEY BLOCK-----⏎Version: GnuPG v2⏎⏎{b:64}⏎{b:64}⏎=Ab1d⏎-----END PGP PRIVATE KEY BLOCK-----»
key     | «---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----⏎Comment: "x"⏎{b:70}⏎{b:20}⏎---- END SSH2 ENCRYPTED PRIVATE KEY ----»
key     | {"private_key": "«-----BEGIN PRIVATE KEY-----\n{b:64}\n{b:64}\n-----END PRIVATE KEY-----»\n","client":"x"}
key     | «Private-Lines: 2⏎{b:64}⏎{b:30}⏎Private-MAC: {hex:40}» of PuTTY
key     | …⏎«{b:12}⏎{b:64}⏎{b:11}=⏎-----END PRIVATE KEY-----»
secret  | "secret": "«{a:20}»"
secret  | client_secret=«{a:30}»
secret  | signingSecret: «{hex:32}»
secret  | webhook-secret = '«{a:16}»'
secret  | vault kv put x --secret «{a:20}»
entropy | value «{a:40}» from the store
entropy | «{b:64}»
entropy | seen «{u:48}» here
entropy | lost a key {n:2} «{b:43}=»
entropy | («{a:32}»)
entropy | state:«{a:64}»
`;

/** A line, its secrets, and what is to stand in their place. */
export interface SecretLine {
  readonly kind: string;
  readonly line: string;
  readonly secrets: readonly string[];
  /** What is to come of it. */
  readonly expected: string;
}

export const SECRETS: readonly SecretLine[] = TEMPLATES.split('\n')
  .filter((line) => line.includes('«'))
  .map((line) => {
    const [kind = '', ...rest] = line.split('| ');
    const text = filled(rest.join('| '), 1).replaceAll('⏎', '\n').replaceAll('€', '$');
    return {
      kind: kind.trim(),
      line: text.replace(/[«»]/g, ''),
      secrets: [...text.matchAll(/«([^»]*)»/g)].map(([, secret = '']) => secret),
      expected: text.replace(/«[^»]*»/g, `[redacted:${kind.trim()}]`),
    };
  });
