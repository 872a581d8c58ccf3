import type { Phrase } from './phrasebook.js';

/** What is said where files are swapped and where assets are carried along: domain/plan/swap-actions.ts. */
export const swapPhrases: readonly Phrase[] = [
  [
    'Swap the files in one moment: no process is stopped, and no request is expected to fail',
    '在一瞬间换上新文件：不停止任何进程，预计不会有请求失败',
  ],
  [
    'Reload nginx, which would serve the files on that it has open',
    '重新加载 nginx，否则它会继续提供已打开的文件',
  ],
  [
    'Swap the files in one moment: no process is stopped; this first time what is shared moves to its place, and a request for it may fail meanwhile',
    '在一瞬间换上新文件：不停止任何进程；首次部署时共享的内容要移到它的位置，其间对它的请求可能失败',
  ],
  ['files of the release asked of nginx, byte for byte', '通过 nginx 逐字节取得版本的文件'],
  ['nothing of the app runs: nginx serves its files', '应用没有进程：由 nginx 提供它的文件'],
  [
    'Commit: leave nginx as it is, keep the last {count} releases',
    '提交：nginx 保持原样，保留最近 {count} 个版本',
  ],
  [
    'Keep reachable, for pages that visitors still have open, what only the release before has in {folders}',
    '为访客仍打开的页面，保留只有前一个版本在 {folders} 里才有的文件',
  ],
];
