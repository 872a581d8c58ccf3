import { describeFullDisk } from './full-disk/campaign.js';

describeFullDisk('a disk of this machine that is full, at every step that this server has', [
  ...[
    'inspect',
    'checkSource',
    'compare',
    'upload',
    'checkStaged',
    'plan',
    'claim',
    'backUp',
    'rehearse',
    'arm',
  ],
  ...['stop', 'activate', 'start', 'verify', 'soak', 'commit'],
]);
