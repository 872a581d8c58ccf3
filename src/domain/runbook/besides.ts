import type { BesideActivities } from './activities.js';

/** What workflows have done besides the runbook; of no deployment, or beside them. */
export const besides: Readonly<Record<keyof BesideActivities, Readonly<Record<'en' | 'zh', string>>>> = {
  survey: { en: 'survey', zh: '查看整台服务器' },
  notify: { en: 'tell', zh: '发送通知' },
  healthLook: { en: 'look at its health', zh: '检查健康状况' },
  forgetLooks: { en: 'forget old looks', zh: '清除旧的检查记录' },
  listReleases: { en: 'list the releases', zh: '列出各版本' },
};
