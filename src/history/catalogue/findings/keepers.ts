import type { keepersKinds } from '../../../domain/findings/kinds-keepers.js';
import type { KindWords } from './kind-words.js';

/** What keeps, or would start, the app, in Chinese. */
export const keepers: KindWords<typeof keepersKinds> = {
  'keeper.name-taken': [
    'belay 要为应用创建的单元或 pm2 条目已经存在，属于另一个目录。',
    '在 belay.yml 里给应用换个名称，或者把这个部署写到 `environments` 下：两者都会体现在名称里。',
  ],
  'keeper.stays': [
    'belay.yml 没有写由谁管理应用，现在管理它的 systemd 服务继续管理它。',
    '无需处理。在 belay.yml 里写 `unit` 是同样的意思；写 `manager: systemd` 则由 belay 自己的单元管理。',
  ],
  'keeper.replaced': [
    'belay.yml 没有写由谁管理应用，而现在管理它的程序无法继续管理：由 belay 自己的单元取而代之。',
    '解决使它无法继续的问题；或者在 belay.yml 里写 `manager: systemd`，表示这正是所要的。',
  ],
  'keeper.not-given': [
    'belay.yml 给应用写了变量，而继续管理它的 systemd 服务不会把它们交给应用。',
    '执行 `systemctl edit UNIT`；或者在 belay.yml 里写 `manager: systemd`，由 belay 自己的单元管理。',
  ],
  'unit.transient': [
    '提供服务的单元是 systemd-run 创建的，一停止就会消失：回滚时无法再启动它。',
    '在 /etc/systemd/system 里为它写一个单元文件。',
  ],
  'unit.absent': [
    'belay.yml 的 `unit` 写了一个服务器上没有的单元。',
    '更正 `unit`；或者去掉它，改写 `run`，由 belay 创建自己的单元。',
  ],
  'unit.elsewhere': [
    'belay.yml 的 `unit` 所写的单元既不在应用目录里运行，命令里也没有这个目录：放到那里的版本不会被它启动。',
    '更正 belay.yml 里的 `unit` 或 `path`。',
  ],
  'unit.names-release': [
    '`unit` 所写单元的文件里写着某个版本自己的目录：无论 `path` 指向哪里，它都会继续启动那个版本。',
    '在那里改写成 `path`，然后执行 `systemctl daemon-reload`。',
  ],
  'unit.other-root': [
    '`unit` 所写的单元给应用换了根目录，`path` 在那里可能是另一个目录，而不是 belay 所更改的那个。',
    '去掉单元里的 `RootDirectory=` 或 `RootImage=`；或者去掉 belay.yml 里的 `unit`。',
  ],
  'unit.not-loaded': [
    '管理应用的或要停止的某个单元被修改过，systemd 还没有加载：部署会使这些修改生效。',
    '如果修改是有意的，执行 `systemctl daemon-reload && systemctl restart UNIT`；否则撤销修改。',
  ],
  'unit.shared-closed': [
    '管理应用的单元受到限制（ProtectSystem=strict、TemporaryFileSystem=），会访问不到或无法写入 `shared` 移到应用目录旁边的内容。',
    '执行 `systemctl edit UNIT`：为各版本旁边的 `shared` 目录加上 ReadWritePaths= 或 BindPaths=。',
  ],
  'unit.not-at-boot': [
    '`unit` 所写的单元不会开机启动，开机时也没有别的程序启动它：belay 保持原样。',
    '在服务器上执行 `systemctl enable UNIT`。',
  ],
  'unit.unrehearsed': [
    '这个版本不做预演：单元自己的命令无法在另一个地址上再启动一份。',
    '在 belay.yml 里写 `run`，用 {bind} 或 {port}：预演时按它启动，其余沿用单元自己的设置。',
  ],
  'program.absent': [
    'belay.yml 的 `program` 不是 supervisord 的任何程序。',
    '按 `supervisorctl status` 里的写法填写。',
  ],
  'program.elsewhere': [
    'belay.yml 的 `program` 所写的程序既不在应用目录里运行，命令里也没有这个目录：放到那里的版本不会被它启动。',
    '更正 belay.yml 里的 `program` 或 `path`。',
  ],
  'program.names-release': [
    '管理应用的程序的配置段里写着某个版本自己的目录：无论 `path` 指向哪里，它都会继续启动那个版本。',
    '在那里改写成 `path`，然后执行 `supervisorctl update`。',
  ],
  'program.not-at-boot': [
    '管理应用的程序不会随 supervisord 启动：belay 保持原样。',
    '在那里写 autostart=true，然后执行 `supervisorctl update`。',
  ],
  'program.unrehearsed': [
    '这个版本不做预演：不知道如何再启动一份该程序。',
    '在 belay.yml 里写 `run`，用 {bind} 或 {port}：预演时按它启动，并使用进程自己的变量。',
  ],
  'keeper.made': [
    '`belay eject`：管理应用的程序是 belay 创建的，它从 belay 自己的目录里启动应用。',
    '自己创建一个在 `path` 里运行的管理程序，写进 belay.yml，部署一次，然后再执行 eject。',
  ],
  'entry.absent': [
    'belay.yml 的 `entry` 所写的条目，没有任何 pm2 守护进程拥有。',
    '按 `pm2 list` 里的写法填写；如果守护进程没有运行，以其用户执行 `pm2 resurrect`。',
  ],
  'entry.elsewhere': [
    'belay.yml 的 `entry` 所写的条目既不在应用目录里运行，也不运行其中的脚本：放到那里的版本不会被它启动。',
    '更正 belay.yml 里的 `entry` 或 `path`。',
  ],
  'entry.names-release': [
    '管理应用的 pm2 条目的脚本或目录是某个版本自己的目录：无论 `path` 指向哪里，它都会继续启动那个版本。',
    '删除该条目，用 `path` 重新启动它，然后执行 `pm2 save`。',
  ],
  'entry.not-at-boot': [
    '管理应用的 pm2 条目在重启服务器后不会启动：belay 保持原样。',
    '以 root 执行 `pm2 startup`，以其用户执行 `pm2 save`。',
  ],
  'entry.unrehearsed': [
    '这个版本不做预演：条目自己的命令无法在另一个地址上再启动一份。',
    '在 belay.yml 里写 `run`：预演时按它启动，并使用条目自己的变量。',
  ],
  'unit.user-manager': [
    '应用由某个用户自己的 systemd 管理（或在开机时由它启动），belay 无法通过它操作。',
    '以该用户执行：`systemctl --user disable --now UNIT`。',
  ],
  'unit.shared': ['管理应用的单元还运行着另一个服务；停止该单元会把两者都停掉。', '给它们各写一个单元。'],
  'process.unknown-start': [
    '提供服务的进程没有任何机制会重启它，也读不到它是怎么启动的：回滚时无法再启动它。',
    '改由 systemd 单元（或 pm2）启动它。',
  ],
  'process.folder-gone': [
    '有一个无人管理的进程挡住了应用，而它的工作目录已被删除：回滚时无法再启动它。',
    '请自行用 `kill` 结束它，然后重新制定计划。',
  ],
  'keeper.unsupported': [
    '应用由一个 belay 无法操作的程序管理；它会把旧版本再启动起来。',
    '把应用从那个程序的配置里去掉，并在那里停止它。',
  ],
  'at.starts-server': [
    '一个 at(1) 任务稍后会启动应用的一个服务，与新版本同时运行。',
    '删除该任务：`atrm 3`。',
  ],
  'keeper.asleep': [
    'pm2 保存的列表或 supervisord 的配置里有本应用的条目；它现在没有运行，但会随服务器启动：下次重启后旧版本会与新版本同时运行。',
    '执行 `pm2 cleardump`，或者把该条目从列表里去掉；在程序的配置段里写 `autostart=false`；或者启动那个管理程序，让它来管理应用。',
  ],
  'keeper.saved': [
    'pm2 保存的列表或 supervisord 的配置里有本应用的条目；它现在没有运行，也没有发现什么会随服务器启动它。',
    '执行 `pm2 cleardump`，或者把该条目从列表里去掉；在程序的配置段里写 `autostart=false`；或者启动那个管理程序，让它来管理应用。',
  ],
  'app.neighbour': [
    '有程序是从应用目录里启动的，但它不运行其中的任何文件，监听的也是别的地址：belay 不动它。',
    '如果它属于别的应用，无需处理；如果是本应用的旧副本，请自行停止。',
  ],
  'stop.declined': ['belay.yml 的 `leave` 让本来会被停止的程序继续运行。', '如果本意如此，无需处理。'],
  'stop.unmatched': ['belay.yml 的 `leave` 写了计划并不会停止的程序。', '按计划里的名称书写，或者把它删掉。'],
  'stop.needed': [
    'belay.yml 的 `leave` 写的正是现在提供服务的程序。',
    '把它从 `leave` 里删掉；如果它属于别的应用，就在 belay.yml 里写明 `port` 或 `site`。',
  ],
  'cron.left-alone': [
    'crontab 里有几行提到了应用的目录，但并不启动服务；它们继续有效。',
    '如果它们同样适用于新版本，无需处理。',
  ],
  'unit.crash-loop': ['一个单元反复退出，又被 systemd 反复启动。', '原因见 `journalctl -u UNIT -n 50`。'],
  'unit.failed': ['一个单元处于失败状态。', '原因见 `systemctl status UNIT`。'],
  'unit.restarts': [
    '一个单元自首次启动以来，已被 systemd 重新启动过多次。',
    '退出的原因见 `journalctl -u UNIT`。',
  ],
  'keeper.second-copy': [
    '除了正在提供服务的应用，还有程序在运行（或会启动）它的第二份副本。',
    '确定由哪一份提供服务，把另一份永久停用。',
  ],
  'keeper.not-at-boot': [
    '现在提供服务的程序不会在开机时启动。',
    '给它一个已启用（enable）的 systemd 单元；`belay deploy` 会这样做。',
  ],
  'process.by-hand': [
    '一个进程是手工启动的：退出后没有任何机制会再启动它，重启服务器后它也不会运行。',
    '给它一个已启用（enable）的 systemd 单元；`belay deploy` 会这样做。',
  ],
};
