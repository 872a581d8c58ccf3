import { describeFullDisk } from './full-disk/campaign.js';

describeFullDisk('a disk of this machine that is full', ['upload', 'start']);
