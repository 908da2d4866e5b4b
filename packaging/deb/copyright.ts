import { licenceSection } from '../licences.ts'
import type { RuntimePackage } from './modules.ts'
import type { Runtime } from './runtime.ts'

export interface Contents {
  /** Ours. */
  readonly license: string
  readonly runtime: Runtime
  readonly packages: readonly RuntimePackage[]
  /** What the bundle says of what is in it. */
  readonly thirdParty: string
}

/** `/usr/share/doc/aigw-sync/copyright`: what is in the package, under which licence, with its text. */
export function copyrightFile({ license, runtime, packages, thirdParty }: Contents): string {
  const whole = packages.map((each) => licenceSection(each, `/usr/lib/aigw-sync/${each.path}`))
  return `# aigw-sync

${license.trim()}

# What it brings with it

${whole.join('\n')}
${thirdParty.replaceAll('the files beside this one', '/usr/lib/aigw-sync/dist')}
## Node.js ${runtime.version}

In /usr/lib/aigw-sync/node: the executable that https://nodejs.org publishes, unchanged.

${runtime.license.trim()}
`
}
