/** Names that shells, tar and lists of lines trip over. */
export const oddNames = [
  '-rf',
  '-',
  ' lead',
  "it's",
  'a "b"',
  'back\\slash',
  'größe/日本語.txt',
  '*',
  '$(x)',
];
