import type { filesKinds } from '../../../domain/findings/kinds-files.js';
import type { KindWords } from './kind-words.js';

/** How nginx serves an app that is files alone, in Chinese. */
export const files: KindWords<typeof filesKinds> = {
  'nginx.files-unknown': [
    '`kind: files` 时：无法知道 nginx 是否提供这些文件：它没有运行，或者它的配置没能完整读取。',
    '让 nginx 运行，其配置能通过 `nginx -t` 且只有 root 能修改；让 belay 通过 `sudo -n` 以 root 身份运行。',
  ],
  'nginx.no-files': [
    '`kind: files` 时：nginx 没有任何 root 或 alias 经过 `path`，访客将得不到新文件。',
    '让 nginx 的 `root` 或 `alias` 写成 `path` 本身或其中的目录；或者改正 `path` 或 `site`。如果那里由进程应答，从 belay.yml 里去掉 `kind`。',
  ],
  'nginx.refuses-links': [
    '`kind: files` 时：`disable_symlinks` 让 nginx 拒绝链接后面的内容，而 `path` 会成为链接。',
    '去掉那里的 `disable_symlinks`，或者只检查 root 以下的链接：`disable_symlinks on from=$document_root;`。',
  ],
  'nginx.caches-files': [
    '`kind: files` 时：nginx 会保持文件打开（`open_file_cache`），路径指向新文件之后会重新加载 nginx。',
    '无需处理。',
  ],
  'nginx.cannot-reload': [
    '`kind: files` 时：nginx 会保持文件打开（`open_file_cache`），继续提供旧文件，而又不能为此重新加载它。',
    '先加载新的配置，只让一个 nginx 运行；或者去掉那里的 `open_file_cache`。',
  ],
  'app.process.runs': [
    '`kind: files` 的应用目录里有进程在监听，它会继续使用旧文件。',
    '如果它为访客提供服务，从 belay.yml 里去掉 `kind`，写上 `run` 或管理它的程序；否则让它在自己的目录里运行。',
  ],
  'files.closed': [
    '`kind: files` 时：nginx 的工作进程读不了版本里要由它提供的一些文件。',
    '让它们可读：源代码里的权限（`chmod a+r`），以及上级目录允许其他用户经过（`chmod o+x`）。',
  ],
  'files.unproved': [
    '`kind: files` 时：这个版本改动的文件中，没有一个能通过 nginx 取得并比较，所以取得的内容不能证明是新版本。',
    '在 `verify.external` 下写上能与旧版本区分的页面（`contains`）；或者确认（acknowledge）这一条。',
  ],
};
