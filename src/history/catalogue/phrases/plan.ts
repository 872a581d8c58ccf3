import type { Phrase } from './phrasebook.js';
import { stopPhrases } from './stops.js';
import { swapPhrases } from './swap.js';

/** The sentences of plans: domain/plan/actions.ts, strategy.ts and markdown.ts, and why keepers have to stop. */
export const planPhrases: readonly Phrase[] = [
  ['Build in the staged release: {command}', '在暂存的版本里构建：{command}'],
  ['Check in the staged release: {command}', '在暂存的版本里检查：{command}'],
  ...swapPhrases,
  [
    'Keep for the way back: [kept], and how everything that stops was started',
    '为回退保留：[kept]，以及所有将被停止的程序的启动方式',
  ],
  ['Keep for the way back: [kept]', '为回退保留：[kept]'],
  ['the folder {path}, whole', '整个目录 {path}'],
  ['that {path} was absent', '{path} 原本不存在这一情况'],
  [
    'Run the release hook while the old version serves, which a rollback does not undo: {command}',
    '在旧版本提供服务时执行发布钩子（回滚不会撤销它）：{command}',
  ],
  [
    'Show visitors {page}, with 503 and Retry-After, until the new release is proved: nginx is led to a page of its own',
    '在新版本通过验证之前，向访客显示 {page}（503 和 Retry-After）：nginx 指向它自己的页面',
  ],
  ['Lead nginx back to {address}, as it was', '让 nginx 重新通向{address}，恢复原样'],
  [
    '`maintenance` in belay.yml: the old version must not serve meanwhile',
    'belay.yml 里写了 `maintenance`：其间旧版本不能提供服务',
  ],
  [
    'Run the release hook, which a rollback does not undo: {command}',
    '执行发布钩子（回滚不会撤销它）：{command}',
  ],
  ['Take a detour, because [why]: no request is expected to fail', '采用绕行，因为[why]：预计不会有请求失败'],
  [
    'Restart the app, because [why]: no request is expected to fail',
    '重启应用，因为[why]：预计不会有请求失败',
  ],
  ['{socket} holds requests while {unit} restarts', '{unit} 重启期间，请求由 {socket} 保留'],
  [
    'Restart the app, because [why]: from its stop until the new release listens visitors get errors',
    '重启应用，因为[why]：从停止应用到新版本开始监听，访客会看到错误',
  ],
  [
    'nginx leads to the app from {places}, and nothing keeps it from leading to a spare address meanwhile',
    'nginx 从 {places} 通向应用，其间完全可以改为通向备用地址',
  ],
  [
    '`strategy` is `restart` (`auto` leads visitors past the stop where it can)',
    '`strategy` 是 `restart`（`auto` 会尽可能让访客绕过停机）',
  ],
  ['`strategy: detour` in belay.yml', 'belay.yml 里写了 `strategy: detour`'],
  ['belay.yml does not let two versions serve at the same time', 'belay.yml 不允许两个版本同时提供服务'],
  ['what started that version before belay starts it again', '那个版本由 belay 之前启动它的程序再次启动'],
  [
    '`rehearse: false` in belay.yml: the app must not run twice',
    'belay.yml 里写了 `rehearse: false`，应用不能同时运行两份',
  ],
  [
    '{file} names BELAY_REHEARSAL, and what it leaves off then must not run twice',
    '{file} 提到 BELAY_REHEARSAL，它在预演时关掉的东西不能同时运行两份',
  ],
  ['nothing serves yet', '目前还没有程序提供服务'],
  [
    'this first deployment moves what is shared to where every release shares it, which takes a stop',
    '这是首次部署，要把 `shared` 的内容移到各版本共用的位置，必须先停止应用',
  ],
  ['how a second copy of {keeper} is started is not known', '不知道怎样再启动一份 {keeper} 的应用'],
  [
    'what serves has {hardening}, which a second copy would not have',
    '正在提供服务的进程有 {hardening}，第二份不会有',
  ],
  [
    'nginx shares visitors out among several addresses, and {program} is stopped as a whole',
    'nginx 把访客分到多个地址，而 {program} 只能整体停止',
  ],
  ['{dropIn} holds for the app’s own unit alone', '{dropIn} 只对应用自己的 unit 有效'],
  ['SELinux may keep nginx from a spare address', 'SELinux 可能不让 nginx 连接备用地址'],
  ['it takes root and systemd', '那需要 root 和 systemd'],
  ['there is too little memory for two versions', '内存不够同时运行两个版本'],
  [
    '`run` names port {port} itself: write {bind} or {other}',
    '`run` 里直接写了端口 {port}：请改写为 {bind} 或 {other}',
  ],
  ['no nginx leads to the app', '没有 nginx 通向应用'],
  ['the app listens on {address}, not on 127.0.0.1', '应用监听的是 {address}，而不是 127.0.0.1'],
  ['nginx’s configuration could not be read whole', 'nginx 的配置没能完整读取'],
  ['{count} nginx run on the host', '服务器上运行着 {count} 个 nginx'],
  [
    'files of nginx’s configuration are newer than what nginx has loaded, and a reload would publish that',
    'nginx 的配置文件比它所加载的要新，重新加载会使那些改动生效',
  ],
  [
    '{files} is newer than what nginx has loaded, and a reload would publish that',
    '{files} 比 nginx 所加载的要新，重新加载会使那些改动生效',
  ],
  [
    '{files} are newer than what nginx has loaded, and a reload would publish that',
    '{files} 比 nginx 所加载的要新，重新加载会使那些改动生效',
  ],
  ['nginx’s configuration does not name the app’s address as it is', 'nginx 的配置里没有原样写出应用的地址'],
  [
    'nginx’s configuration names the app’s address in another way too ({places})',
    'nginx 的配置还以别的方式写了应用的地址（{places}）',
  ],
  [
    'Reload the app, because [why]: a request fails only where an instance that is told to end does not finish it',
    '重新加载应用，因为[why]：只有被要求结束的实例没有处理完的请求才会失败',
  ],
  ['pm2 reloads the instances of {entry} one after another', 'pm2 会逐个重新加载 {entry} 的实例'],
  [
    'Rehearse: start release {release} by [how] on a spare port of 127.0.0.1, GET {pages}, stop it',
    '预演：用[how]在 127.0.0.1 的备用端口上启动版本 {release}，GET {pages}，然后停止',
  ],
  [
    'Rehearse: start release {release} by [how] on a spare socket, GET {pages}, stop it',
    '预演：用[how]在备用 socket 上启动版本 {release}，GET {pages}，然后停止',
  ],
  ['the command and the variables of [keeper]', '[keeper]的命令和变量'],
  ['`run` with the variables of [keeper]', ' `run` 和[keeper]的变量'],
  ['a copy of {unit} (without {settings})', ' {unit} 的副本（不含 {settings}）'],
  ['a copy of {unit}', ' {unit} 的副本'],
  ['`run` with the settings of {unit} (without {settings})', ' `run` 和 {unit} 的设置（不含 {settings}）'],
  ['`run` with the settings of {unit}', ' `run` 和 {unit} 的设置'],
  [
    'Rehearse: start release {release} on a spare port of 127.0.0.1, GET {pages}, stop it',
    '预演：在 127.0.0.1 的备用端口上启动版本 {release}，GET {pages}，然后停止',
  ],
  [
    'Rehearse: start release {release} on a spare socket, GET {pages}, stop it',
    '预演：在备用 socket 上启动版本 {release}，GET {pages}，然后停止',
  ],
  [
    "Arm the dead man's switch: where the host does not hear of this deployment for {seconds} s, it takes the way back by itself",
    '启用失联保护：如果服务器 {seconds} 秒没有收到这次部署的消息，就自行回退',
  ],
  [
    'Start release {release} beside the running version on a spare port of 127.0.0.1, GET {pages}; both run for a while, and so do timers within the app',
    '在 127.0.0.1 的备用端口上启动版本 {release}，与正在运行的版本并存，GET {pages}；两者会同时运行一段时间，应用内部的定时任务也一样',
  ],
  [
    'Start release {release} beside the running version on a spare socket, GET {pages}; both run for a while, and so do timers within the app',
    '在备用 socket 上启动版本 {release}，与正在运行的版本并存，GET {pages}；两者会同时运行一段时间，应用内部的定时任务也一样',
  ],
  [
    'Lead nginx there: the address is exchanged in its files, `nginx -t`, reload; websockets move then, and once more at the end',
    '让 nginx 通向那里：在它的文件里替换地址，`nginx -t`，重新加载；websocket 连接此时会迁移，最后还会迁移一次',
  ],
  [
    'Verify it there, and watch it for {seconds} s, while the old version goes on at its own address',
    '在那里验证它，并观察 {seconds} 秒，期间旧版本继续在自己的地址上运行',
  ],
  [
    'Verify it there while the old version goes on at its own address',
    '在那里验证它，期间旧版本继续在自己的地址上运行',
  ],
  [
    'Let what is under way at the old version come to its end, {seconds} s at most',
    '等旧版本上尚未完成的请求结束，最多 {seconds} 秒',
  ],
  [
    'Lead nginx back to [address], as it was; after {seconds} s at most end what served meanwhile',
    '让 nginx 恢复原样，通向 [address]；最多 {seconds} 秒之后，结束其间提供服务的程序',
  ],
  ...stopPhrases,
  ['Run before the stop: {command}', '停止之前执行：{command}'],
  [
    'Move {path} out of the adopted folder, to where every release shares it',
    '把 {path} 从现有目录移到各版本共用的位置',
  ],
  ['Keep dependencies beside the releases: {paths}', '把依赖保留在各版本旁边：{paths}'],
  [
    'Rename the folder {path} to {release}, and make {link} a link to release {new}',
    '把目录 {path} 改名为 {release}，让 {link} 成为指向版本 {new} 的链接',
  ],
  ['Make {path} a link to release {release}', '让 {path} 成为指向版本 {release} 的链接'],
  [
    'Start pm2’s daemon of {user} ({home}), of which none runs',
    '启动 {user} 的 pm2 守护进程（{home}），目前没有运行',
  ],
  [
    'Start release {release} on [address], by [unit] as it is',
    '由 [unit] 按原样在[address]上启动版本 {release}',
  ],
  [
    'Reload [keeper] as it is, one instance after another, so that release {release} serves on [address]',
    '按原样逐个重新加载[keeper]的实例，让版本 {release} 在[address]上提供服务',
  ],
  [
    'Restart {unit} as it is, so that release {release} serves; requests wait in {socket} meanwhile',
    '按原样重启 {unit}，让版本 {release} 提供服务；期间请求在 {socket} 里等待',
  ],
  [
    'Start release {release} on [address], as it was started then ([keeper])',
    '按当时的方式，在[address]上启动版本 {release}（[keeper]）',
  ],
  [
    'Start release {release} by what kept it before belay, as that was then: {keepers}',
    '由 belay 之前维持它运行的程序，按当时的样子启动版本 {release}：{keepers}',
  ],
  [
    'Start release {release} as {user} on [address]: {command} ([keeper])',
    '以 {user} 身份在[address]上启动版本 {release}：{command}（[keeper]）',
  ],
  [
    'Make {path} a folder again, with the files of release {release}',
    '让 {path} 重新成为普通目录，内容是版本 {release} 的文件',
  ],
  [
    'Move into it what lies beside the releases and is linked from there: shared files, dependencies',
    '把放在各版本旁边、由链接引用的内容移进去：共享文件、依赖',
  ],
  ['Delete the other releases: {releases}', '删除其他版本：{releases}'],
  [
    'Delete what belay keeps for itself: {folder}, and its records of this path',
    '删除 belay 自己保存的内容：{folder}，以及它对这个路径的记录',
  ],
  ['Verify: <checks>', '验证：<checks>'],
  ['who listens on [address]', '由谁监听[address]'],
  ['{url} in a browser', '在浏览器里打开 {url}'],
  ['Watch it for {seconds} s', '观察 {seconds} 秒'],
  ['Run after the proof: {command}', '验证之后执行：{command}'],
  [
    'Commit: save its entry, and no other, in pm2’s dump, keep the last {count} releases',
    '提交：只把它的条目保存到 pm2 的 dump 里，保留最近 {count} 个版本',
  ],
  [
    'Commit: leave {unit} as it is, at boot too, keep the last {count} releases',
    '提交：{unit} 保持原样，开机启动与否也不变，保留最近 {count} 个版本',
  ],
  [
    'Commit: leave what keeps it as it was before belay, keep the last {count} releases',
    '提交：维持它运行的程序保持 belay 之前的样子，保留最近 {count} 个版本',
  ],
  ['Commit: start it at boot, keep the last {count} releases', '提交：设为开机启动，保留最近 {count} 个版本'],
  ['the directory that is there, kept whole as {release}', '现有目录，整体保留为 {release}'],
  ['nothing was there before', '之前没有任何内容'],
  ['a spare socket', '备用 socket'],
  ['a spare port', '备用端口'],
  // Behind all that begins so.
  ['nginx’s {places}', 'nginx 的 {places}'],
  ['an unknown address', '未知地址'],
  ['port {port}', '端口 {port}'],
  ['release {release}', '版本 {release}'],
  ['what listens now out of {path}', '现在从 {path} 里运行并监听的程序'],
];
