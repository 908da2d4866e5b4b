/** `npm run pack:npm`: the tarball that `npm install --global` takes. */
import { join } from 'node:path'
import { command, runScript, say, tellResult } from './script.ts'

interface Packed {
  readonly filename: string
  readonly unpackedSize: number
}

await runScript(async ({ out }) => {
  // What `prepack` would do is done: a second build would pull `dist` away from under whoever reads it.
  const [packed] = JSON.parse(await command('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out])) as [Packed]
  const file = join(out, packed.filename)
  await tellResult(file, packed.unpackedSize)
  say(`To install it: npm install --global ${file}`)
})
