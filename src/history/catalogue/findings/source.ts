import type { sourceKinds } from '../../../domain/findings/kinds-source.js';
import type { KindWords } from './kind-words.js';

const mend = '修正该文件；如果应用用不到它，就在 .belayignore 里加一行把它排除。';

/** The source and what was staged of it, in Chinese. */
export const source: KindWords<typeof sourceKinds> = {
  'app.left-alone': [
    '有程序在应用目录里运行，但不处理请求；在重启之前，它会继续使用旧版本的文件。',
    '如果它应当跟随新版本，在 `hooks.after` 里重启它；否则确认（acknowledge）这一条。',
  ],
  'app.process.daemonizes': [
    '`run` 把应用放到后台运行，那样就没有任何机制能保持它运行。',
    '从 `run` 里去掉 `--daemon`、`&` 和 `nohup`：belay 会保持应用运行。',
  ],
  'app.command': [
    '启动命令的程序，在版本会查找的任何地方都找不到。',
    '在服务器上安装它；或者由 belay.yml 的 `build` 安装（到 .venv 或 node_modules）；或者改正 `run`。',
  ],
  'app.module': [
    '启动命令里写的 Python 模块，在版本里不存在。',
    '改正 belay.yml 里的 `run`，或者把该模块加进源代码。',
  ],
  'app.unreadable': [
    '应用的用户进不了暂存的版本所在的目录。',
    '让该用户能够经过上级目录（`chmod o+x`），或者把 belay.yml 的 `path` 改到别处，例如 /srv 下。',
  ],
  'app.variables-lost': [
    '现在提供服务的进程有一些环境变量，新版本将不会有。',
    '把它们写进服务器上的一个文件，并在 belay.yml 里用 `env_file` 指明；不保密的可以写在 `env` 下。',
  ],
  'app.variables-unread': [
    '现在提供服务的进程得到了哪些环境变量，无法读取：它用自己的标题覆盖了它们。',
    '启动它时在环境变量里加上 SPT_NOENV=1，这样它们就能读取，然后重新生成计划；或者确认它得到的全部变量都写在 `env` 下或 `env_file` 里。',
  ],
  'app.settings-lost': [
    '现在管理应用的程序给了它一些限制、用户组、加固设置或多个实例，belay 自己的单元不会给。',
    '把应用需要的写进 belay 的单元的 drop-in（`systemctl edit belay-APP.service`），它会一直保留。',
  ],
  'app.rights-lost': [
    '应用的用户现在可以写入的一些文件或目录，在新版本里将不能写入。',
    '让 belay 在服务器上有 root 权限（`sudo -n`），使版本的所有者能与现有目录一致；或者把应用要写入的内容列在 `shared` 下。',
  ],
  'files.special-lost': [
    '现有目录里有些文件带有 set-user-ID 或 set-group-ID 位、capabilities 或 ACL，新版本里将没有。',
    '要保留 ACL，请在服务器上安装 `acl`。其余的请用 `build` 里的命令给它们（`setcap`、`chmod`），或者把它们放在版本之外。',
  ],
  'app.no-browser': [
    'belay.yml 的 `verify.browser` 要求用浏览器打开页面，但 worker 所在的机器上没有 Chromium。',
    '在 worker 所在的机器上安装（`apt install chromium`），或者用 BELAY_CHROMIUM 指明；或者去掉 `verify.browser`。',
  ],
  'app.rehearsal': [
    '预演：把暂存的版本在备用端口上启动，检查它能否启动，并按 `verify` 的要求应答。',
    '如果没有通过，修正后执行 `belay plan --rehearse`。`run` 必须使用 {bind}、{port} 或变量 PORT；不能同时运行两份的应用，应识别 BELAY_REHEARSAL=1，或者写 `rehearse: false`。',
  ],
  'app.heeds-rehearsal': [
    '版本在预演时会关掉一些东西（识别 BELAY_REHEARSAL），所以两个版本不会同时提供服务。',
    '无需处理；如果两个版本其实可以同时提供服务，在 belay.yml 里写 `strategy: detour`。',
  ],
  'deps.missing': [
    'requirements.txt 或 package.json 声明的一些包，在版本会查找的地方没有安装。',
    '让 belay 安装它们：在 belay.yml 里写 `build: [.venv/bin/pip install -r requirements.txt]` 或 `build: [npm ci]`；或者在服务器上安装。',
  ],
  'python.syntax': ['一个 Python 文件有语法错误（由服务器自己的解释器检查）。', mend],
  'python.unreadable': ['暂存版本里的一个 Python 文件读不了。', '检查它在源代码里的权限（`chmod u+r`）。'],
  'python.unchecked': [
    '服务器上没有 Python 编译检查过这些 Python 文件。',
    '在服务器上安装 python3：`apt install python3`。',
  ],
  'jinja2.syntax': ['一个模板有语法错误（由服务器自己的 Jinja2 检查）。', mend],
  'jinja2.unknown-tag': [
    '一个模板里有 Jinja2 本身不认识的标签；模板的其余部分没有检查。',
    '如果该标签由应用的扩展提供，无需处理。',
  ],
  'jinja2.unchecked': [
    '模板没有检查：服务器的 Python 没有 jinja2。',
    '为应用的 Python 安装 jinja2：在它的 venv 里 `pip install jinja2`，或者 `apt install python3-jinja2`。',
  ],
  'node.syntax': ['一个 JavaScript 文件有语法错误（由服务器自己的 Node.js 检查）。', mend],
  'node.unchecked': [
    '服务器上没有 Node.js 解析过这些 JavaScript 文件。',
    '在服务器上安装 Node.js：`apt install nodejs`。',
  ],
  'json.syntax': ['一个 JSON 文件有语法错误。', mend],
  'yaml.syntax': ['一个 YAML 文件有语法错误（由应用的 Python 的 PyYAML 检查）。', mend],
  'toml.syntax': ['一个 TOML 文件有语法错误（由应用的 Python 检查）。', mend],
  'shell.syntax': [
    '一个 shell 脚本有语法错误（由其首行指定的 shell 检查）。',
    '修正该脚本；如果应用用不到它，就在 .belayignore 里加一行把它排除。',
  ],
  'staged.more': ['错误不止列出的这些。', '先修正上面列出的错误。'],
  'staged.unchecked': [
    '服务器上的一项检查没有做完就中断了。',
    '检查服务器是否还有内存（`free -m`），然后重新部署。',
  ],
  'staged.checked': ['暂存的版本已在服务器上检查过。', '无需处理。'],
  'files.host-only': [
    '有些文件只存在于服务器上，新版本将不会有它们。',
    '在 belay.yml 里，应用要继续使用的写 `shared: [data]`，可以留下不带走的写 `discard: [old]`。',
  ],
  'files.unreadable': [
    '应用目录的一部分读不了，因此无法判断哪些文件只存在于那里。',
    '以 root 登录；或者让用户可以不输密码执行 `sudo -n`；或者让该用户能读这些目录。',
  ],
  'files.changed-on-host': [
    '当前版本的一些文件在部署之后，在服务器上被改动过；新版本没有这些改动。',
    '把值得保留的改动带回源代码：当前版本里就是这些文件现在的样子。',
  ],
  'files.empty-folder': [
    '应用目录里有一些空目录，新版本将不会有。',
    '如果应用要写入其中，就写进 belay.yml：`shared: [logs]`。',
  ],
  'files.secret-in-source': [
    '源代码里有看起来像密钥的文件；它们会以可读的形式出现在每个版本里。',
    '用 .gitignore 或 .belayignore 排除它们，放在服务器上：belay.yml 的 `shared` 或 `env_file`。',
  ],
  'files.lfs-pointer': [
    '源代码里有些文件只是 Git LFS 的指针：应用读到的会是那几行文字。',
    '取回这些文件：`git lfs pull`；应用不需要的，用 .belayignore 排除。',
  ],
  'files.database-in-source': [
    '源代码里有数据库文件；每个版本都会从源代码里的那份副本开始。',
    '用 .belayignore 排除它们；服务器上正在使用的那个，写在 belay.yml 的 `shared` 下。',
  ],
  'files.shared-in-source': [
    '源代码里有 `shared` 下的文件；如果服务器上有自己的，就用服务器上的。',
    '如果本意如此，无需处理；否则用 .belayignore 排除它们。',
  ],
};
