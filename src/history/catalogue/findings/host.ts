import type { hostKinds } from '../../../domain/findings/kinds-host.js';
import type { KindWords } from './kind-words.js';

/** The host itself, in Chinese. */
export const host: KindWords<typeof hostKinds> = {
  'path.unusable': [
    '应用的路径无法变成指向当前版本的链接。',
    '在 belay.yml 里换一个 `path`，例如它里面的一个目录；如果是权限不足，让 belay 通过 `sudo -n` 以 root 身份操作。',
  ],
  'path.other-app': [
    '这个路径已经部署过另一个应用：一个路径只能有一个应用。',
    '给本应用一个自己的路径；如果另一个只是它以前的名称，删除所指的文件。',
  ],
  'path.namesake': [
    '同一个应用在同一个环境下也部署到这台服务器的另一个路径：失联保护开关和第二个副本会同名。',
    '把其中一个写到 belay.yml 的 `environments` 下：环境会体现在名称里。',
  ],
  'state.damaged': [
    'belay 在服务器上为自己保存的内容（`/var/lib/belay`）不是只归 root 所有，或者内容不合理。',
    '查明是谁放在那里的，把它还给 root；无法修复的，移到别处。',
  ],
  'state.newer': [
    '这个路径由更新版本的 belay 部署过，当前的 belay 不认识它写的内容。',
    '更新 belay：`npm install -g belay@latest`。',
  ],
  'user.unknown': [
    '服务器上没有 belay.yml 里写的用户。',
    '创建该用户（`useradd --system words`），或者改正 belay.yml 里的 `user`。',
  ],
  'user.root': [
    '应用以（或将以）root 身份运行：谁找到它的漏洞，谁就控制了整台服务器。',
    '在 belay.yml 里写明 `user`，例如 `user: www-data`。',
  ],
  'disk.full': [
    '服务器的剩余空间不够新版本和回退使用。',
    '腾出空间：旧版本（belay.yml 的 `keep`）、日志（`journalctl --vacuum-size=200M`）、软件包缓存（`apt clean`）。',
  ],
  'disk.low': ['服务器的剩余空间不多了。', '尽快腾出空间：磁盘写满会导致下一次部署失败，应用也会出错。'],
  'memory.low': [
    '可用内存不多，而预演会多运行一份应用。',
    '查看是什么占用了内存：`ps aux --sort -rss | head`；或者在 belay.yml 里写 `rehearse: false`。',
  ],
  'clock.skew': [
    '服务器的时钟与执行部署的机器不一致。',
    '在时钟不准的那一台上执行：`timedatectl set-ntp true`。',
  ],
  'tools.missing': ['服务器缺少 belay 操作所需的程序。', '安装所指的软件包，例如 `apt install util-linux`。'],
  'systemd.absent': ['`manager: systemd` 要求服务器由 systemd 运行。', '选用有 systemd 的服务器。'],
  'pm2.absent': [
    '`manager: pm2` 要求服务器上有 pm2。',
    '在服务器上安装：`npm install -g pm2`；或者写 `manager: systemd`。',
  ],
  'pm2.home': [
    '应用的用户没有正在运行的 pm2 守护进程，也无法启动：该用户没有可以写入的主目录。',
    '给应用一个有自己主目录的用户，或者创建该目录：`install -d -o deploy -m 0700 /home/deploy/.pm2`。',
  ],
  'pm2.crash-loop': ['应用的一个 pm2 条目反复退出，此时还没有做任何更改。', '原因见 `pm2 logs NAME --err`。'],
  'pm2.no-startup': [
    '没有任何机制在开机时启动应用用户的 pm2 守护进程：重启服务器后应用不会运行。',
    '在服务器上以 root 执行：`pm2 startup systemd -u deploy --hp /home/deploy`。',
  ],
  'rights.root': [
    '单元以及属于其他用户的内容，只有 root 才能创建和启动，而 belay 在那里得不到 root 权限。',
    '用 visudo 在 /etc/sudoers.d/belay 里写入：`belay ALL=(root) NOPASSWD: /bin/sh`；或者以 root 登录。两者都等于完整的 root 权限，因为每个步骤都是一个 shell 脚本，更窄的授权不够用：让 belay 以自己的用户登录，绝不要用应用的用户，否则攻破应用的人就得到了 root。',
  ],
  'deadman.unarmed': [
    '如果部署失去联系，服务器不会自行恢复旧版本：那需要 root 和 systemd。',
    '让 belay 通过 `sudo -n` 以 root 身份操作；或者在 belay.yml 里写 `deadman: off`，需要时手工执行 `belay recover`。',
  ],
  'fence.held': ['另一个部署正在操作这台服务器。', '等它结束，或者中止它：`belay list`、`belay abort`。'],
  'fence.unfinished': [
    '有一个部署开始更改这台服务器之后，一直没有结束：它在 Temporal 里被终止了，或者它的 Temporal 已经不在了。',
    '恢复它留下的更改：`belay recover`。如果直接部署，会以服务器现在的样子为准，回退时也回到这个样子。',
  ],
  'release.missing': [
    '要回滚到的版本，服务器上已经没有了。',
    '从现有的版本里选一个：`belay rollback --to RELEASE`。',
  ],
  'site.down-before': [
    '在做任何更改之前，已经有页面出错；回滚之后它们可能照样出错。',
    '如果这次部署就是要修复它们，无需处理。',
  ],
  'site.name': [
    '`verify.external` 里一个页面的域名指向的地址不是这台服务器的：应答的可能是别的服务器。',
    '改正域名的地址或 URL。如果中间有负载均衡、CDN 或专用网络，就确认（acknowledge）这一条。',
  ],
  'site.unresolved': [
    '`verify.external` 里一个页面的域名，在 worker 所在的机器上解析不了，因此对它的验证会失败。',
    '为该域名配置地址；或者告诉 belay 访问哪个地址：`BELAY_RESOLVE=NAME=ADDRESS`；或者改正 belay.yml 里的 `verify.external`，或者去掉该页面。',
  ],
  'site.untrusted': [
    '`verify.external` 里一个页面的证书对访客无效，因此对它的验证会失败。',
    '申请有效的证书（`certbot renew`），让 nginx 加载（`nginx -s reload`）；如果是自己的 CA 签发的，用 `BELAY_CA_FILE=FILE` 指明；或者从 `verify.external` 里去掉该页面。',
  ],
  'site.fails': [
    '`verify.external` 里的一个页面打不开，而应用自己应答正常：是中间环节拒绝了请求，换任何版本都解决不了，因此对它的验证会失败。',
    '修复中间环节，或者写明那里怎样才算正常（`status`、换一个 URL，或者去掉）；如果只是这台机器访问不了，用 `BELAY_RESOLVE=NAME=ADDRESS` 指定该域名要访问的地址。',
  ],
  'site.certificate': [
    '`verify.external` 里一个页面的证书将在 14 天内到期。',
    '续期（`certbot renew`），让 nginx 加载（`nginx -s reload`），然后重新制定计划。',
  ],
  'facts.doubted': [
    '有进程自称是 nginx、pm2 或 supervisord，或者有目录在 root 的 PATH 里，而它们可能出自 root 以外的人之手：belay 既不查询也不使用它们。',
    '如果本意如此，无需处理。如果应用依赖其中之一，另有一条检查结果说明该怎么办。',
  ],
  'facts.incomplete': [
    '服务器上监听、运行或受管理的东西超过了 belay 查看的数量，因此计划里可能漏掉了冲突项或正在提供服务的程序。',
    '查看它们属于谁：`ss -ltnp`、`ps -eo user= | sort | uniq -c | sort -n`，以及上面所指的内容；结束或删除不该存在的，然后重新制定计划。',
  ],
  'facts.unreadable': [
    '服务器的一部分信息读不到，因此计划里可能有遗漏。',
    '给 belay 读取的权限，或者确认（acknowledge）这一条。',
  ],
  'daemon.doubted': [
    '有一个进程自称是 nginx、pm2 或 supervisord，或者有一个目录在 root 的 PATH 里，而它可能出自 root 以外的人之手：belay 既不查询也不使用它。',
    '查明它是什么：`ps -fp PID`；把该目录从 PATH 里去掉，或者交给 root 所有。',
  ],
  'pm2.not-at-boot': [
    '一个 pm2 守护进程管理着一些条目，但没有任何机制在开机时启动它。',
    '如果需要，`pm2 startup` 可以安排。',
  ],
  'pm2.not-saved': [
    'pm2 正在运行的与它保存的不一致：重启服务器后运行的会不一样。',
    '等所有条目都符合预期后执行 `pm2 save`。',
  ],
  'pm2.cron-restart': [
    'pm2 会按计划时间重新启动一个条目，即使有人手工停止了它。',
    '只有 `pm2 stop` 或 `pm2 delete` 能让它永久停止。',
  ],
};
