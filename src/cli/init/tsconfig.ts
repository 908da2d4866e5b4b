/** Where the types of `aigw-sync` lie in a folder of modules: out of sight, since what starts with a dot is no entry. */
export const TYPES_PATH = '.aigw-sync/index.d.ts'

const compilerOptions = {
  strict: true,
  // `access: undefined` would let a key reach everything: an optional property is there, or it is not.
  exactOptionalPropertyTypes: true,
  noEmit: true,
  target: 'es2023',
  lib: ['es2023'],
  module: 'esnext',
  moduleResolution: 'bundler',
  moduleDetection: 'force',
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  // Each module is stripped of its types by itself.
  isolatedModules: true,
  types: [],
  paths: { 'aigw-sync': [`./${TYPES_PATH}`] },
}

/** `tsconfig.json` of a folder of modules: an editor needs nothing else, and no `npm install`. */
export function folderTsconfig(): string {
  return `${JSON.stringify({ compilerOptions, include: ['**/*'] }, undefined, 2)}\n`
}
