import { defineConfig } from 'tsdown'
import { ascii } from './packaging/bundle/ascii.ts'
import { lighter } from './packaging/bundle/lighter.ts'
import { thirdParty } from './packaging/bundle/third-party.ts'

/** Native, and therefore a dependency of whoever installs us. All others are part of what is built. */
const NATIVE = 'oxc-transform'

export default defineConfig([
  {
    entry: {
      cli: 'src/cli/main.ts',
      reader: 'src/source/large/reader-child.ts',
      'stack-depth': 'src/source/evaluator/stack-depth.cts',
    },
    // CommonJS loads a chunk in half the time, and nothing of a Node module that is not asked for.
    format: 'cjs',
    outputOptions: { strict: true, comments: { legal: true, annotation: false, jsdoc: false } },
    platform: 'node',
    target: 'node22',
    shims: true,
    dts: false,
    clean: true,
    deps: { neverBundle: [NATIVE], onlyBundle: false },
    plugins: [lighter(), ascii(), thirdParty()],
    // The status page goes as it is.
    copy: { from: 'src/daemon/page/*.{html,css,js}', to: 'dist/page' },
  },
  {
    entry: { child: 'src/source/evaluator/child.ts' },
    format: 'esm',
    platform: 'node',
    target: 'node22',
    dts: false,
    fixedExtension: false,
    clean: false,
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
