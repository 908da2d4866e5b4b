import type { Manifest } from './control.ts'
import type { RuntimePackage } from './modules.ts'
import type { Runtime } from './runtime.ts'

/** `/usr/share/doc/aigw-sync/copyright`: what is in the package, under which licence, with its text. */
export function copyrightFile(manifest: Manifest, runtime: Runtime, packages: readonly RuntimePackage[]): string {
  const bundled = packages.map(
    ({ name, version, path, license, licenseText }) =>
      `## ${name} ${version}\n\nIn /usr/lib/aigw-sync/${path}. License: ${license}.\n\n${licenseText.trim() || NO_TEXT}\n`,
  )
  return `# aigw-sync

Copyright: the authors of aigw-sync. License: ${manifest.license}.

${MIT}

# What it brings with it

${bundled.join('\n')}
## Node.js ${runtime.version}

In /usr/lib/aigw-sync/node: the executable that https://nodejs.org publishes, unchanged.

${runtime.license.trim()}
`
}

const NO_TEXT = 'The package has no copy of its licence; the name is that of its package.json.'

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`
