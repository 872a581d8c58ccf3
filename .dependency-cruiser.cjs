// The arrows of ARCHITECTURE.md: a folder may use only those that its line names.
const allowed = {
  domain: [],
  artifact: ['domain'],
  config: ['domain'],
  history: ['domain'],
  host: ['domain'],
  temporal: ['domain', 'history'],
  notify: ['domain'],
  activities: ['host', 'artifact', 'notify', 'domain'],
  workflows: ['domain'],
  sandbox: ['temporal'],
  init: ['domain'],
  cli: ['temporal', 'artifact', 'config', 'history', 'sandbox', 'init', 'host', 'domain'],
};

module.exports = {
  forbidden: [
    ...Object.entries(allowed).map(([folder, targets]) => ({
      name: `${folder}-arrows`,
      comment: `src/${folder} may import only from: ${['itself', ...targets].join(', ')}`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: '^src/',
        pathNot: [folder, ...targets].map((target) => `^src/${target}/`),
        // The workflows know the activities, and the CLI the workflows' messages, by type only.
        ...(folder === 'workflows' ? { dependencyTypesNot: ['type-only'] } : {}),
      },
    })),
    {
      name: 'domain-is-pure',
      comment: 'src/domain has no imports from outside and no I/O',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'subjects-have-an-order',
      comment: 'a folder of src/domain or src/workflows uses none that uses it',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/(?:domain|workflows)' },
      to: { circular: true, path: '^src/(?:domain|workflows)' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
