import { defineConfig } from 'tsdown'

export default defineConfig([
  {
    entry: { cli: 'src/cli/main.ts', child: 'src/source/evaluator/child.ts', reader: 'src/source/large/reader-child.ts' },
    format: 'esm',
    platform: 'node',
    target: 'node22',
    dts: false,
    fixedExtension: false,
    clean: true,
    // The status page goes as it is.
    copy: { from: 'src/daemon/page/*.{html,css,js}', to: 'dist/page' },
  },
  {
    entry: { index: 'src/index.ts' },
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    dts: true,
    fixedExtension: false,
    clean: false,
  },
])
