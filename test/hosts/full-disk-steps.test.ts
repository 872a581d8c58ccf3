import { describeFullDisk } from './full-disk/campaign.js';

describeFullDisk('a disk of this machine that is full, at every step', [
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
  ...['quiesce', 'stop', 'activate', 'start', 'verify', 'soak', 'commit'],
]);
