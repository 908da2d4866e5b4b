import { licenceSection } from '../licences.ts'
import type { Manifest } from './control.ts'
import type { RuntimePackage } from './modules.ts'
import type { Runtime } from './runtime.ts'

export interface Contents {
  readonly manifest: Manifest
  readonly runtime: Runtime
  readonly packages: readonly RuntimePackage[]
  /** What the bundle says of what is in it. */
  readonly thirdParty: string
}

/** `/usr/share/doc/aigw-sync/copyright`: what is in the package, under which licence, with its text. */
export function copyrightFile({ manifest, runtime, packages, thirdParty }: Contents): string {
  const whole = packages.map((each) => licenceSection(each, `/usr/lib/aigw-sync/${each.path}`))
  return `# aigw-sync

Copyright: the authors of aigw-sync. License: ${manifest.license}.

${MIT}

# What it brings with it

${whole.join('\n')}
${thirdParty.replaceAll('the files beside this one', '/usr/lib/aigw-sync/dist')}
## Node.js ${runtime.version}

In /usr/lib/aigw-sync/node: the executable that https://nodejs.org publishes, unchanged.

${runtime.license.trim()}
`
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
