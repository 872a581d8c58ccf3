import { type FindingKind, block, info, warn } from './kind.js';

/** How nginx serves an app that is files alone. */
export const filesKinds = {
  'nginx.files-unknown': block(
    'With `kind: files`: whether nginx serves the files cannot be told, because it does not run or its configuration could not be read whole.',
    'Why.',
    'Let nginx run, with a configuration that `nginx -t` accepts and that root alone can change; let belay act as root by `sudo -n`.',
  ),
  'nginx.no-files': block(
    'With `kind: files`: no root and no alias of nginx leads through `path`, so that visitors would not get the new files.',
    'Each root and alias, and each place that hands requests on, with file and line.',
    'Let nginx’s `root` or `alias` name `path` itself or a folder in it; or correct `path` or `site`. Where a process answers there, leave `kind` out of belay.yml.',
  ),
  'nginx.refuses-links': block(
    'With `kind: files`: `disable_symlinks` has nginx refuse what lies behind a link, as `path` becomes one.',
    'The places, with file and line.',
    'Take `disable_symlinks` out there, or let it look at links below the root alone: `disable_symlinks on from=$document_root;`.',
  ),
  'nginx.caches-files': info(
    'With `kind: files`: nginx keeps files open (`open_file_cache`), and is reloaded once the path leads to the new ones.',
    'The places, with file and line.',
    'Nothing.',
  ),
  'nginx.cannot-reload': block(
    'With `kind: files`: nginx keeps files open (`open_file_cache`) and would serve the old ones on, and cannot be reloaded for that.',
    'The places, with file and line.',
    'Load the new configuration first, let one nginx run; or take `open_file_cache` out there.',
  ),
  'app.process.runs': block(
    'With `kind: files`: a process that works in the app’s folder listens, and would go on with the old files.',
    'The processes.',
    'Where one answers visitors, leave `kind` out of belay.yml and give `run` or a keeper; else let it work in a folder of its own.',
  ),
  'files.closed': block(
    'With `kind: files`: nginx’s workers cannot read files of the release that they are to serve.',
    'The files, and as whom they were tried.',
    'Let them be read: modes in the source (`chmod a+r`), and folders above them that others may pass through (`chmod o+x`).',
  ),
  'files.unproved': warn(
    'With `kind: files`: no file that this release changes can be asked of nginx and compared, so what is served does not prove the new release.',
    'What nginx’s ways to the files are, and what changes.',
    'Name pages under `verify.external` with what tells them from the old ones (`contains`); or acknowledge this.',
  ),
} satisfies Record<string, FindingKind>;
