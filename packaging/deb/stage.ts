import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { THIRD_PARTY } from '../bundle/third-party.ts'
import { ROOT } from '../script.ts'
import { packagingTexts } from '../text/texts.ts'
import { debianChangelog, type Manifest } from './control.ts'
import { copyrightFile } from './copyright.ts'
import { copyPackages, runtimePackages } from './modules.ts'
import type { Runtime } from './runtime.ts'
import { copyInto, put, putCompressed } from './write.ts'

const PROGRAM = 'usr/lib/aigw-sync'
const DOCS = 'usr/share/doc/aigw-sync'

/** The program, what it needs, and the Node.js that runs it. */
export async function stageProgram(tree: string, runtime: Runtime): Promise<void> {
  const program = join(tree, PROGRAM)
  await copyInto(runtime.file, join(program, 'node'))
  await copyPackages(await runtimePackages(), program)
  for (const file of ['package.json', 'config.example.ts', ...(await filesIn('bin')), ...(await filesIn('dist'))])
    await copyInto(join(ROOT, file), join(program, file))
  await put(join(program, 'bin/aigw-sync.js'), runBy(`/${PROGRAM}/node`, await text('bin/aigw-sync.js')))
  await link(tree, 'usr/bin/aigw-sync', '../lib/aigw-sync/bin/aigw-sync.js')
}

/** No wrapper, which would be a second process to start: the kernel runs what the first line names. */
function runBy(node: string, script: string): string {
  return script.replace(/^#!.*\n/, `#!${node}\n`)
}

/** Units, manual, completions, documentation, and the folder of modules. @param epoch seconds since 1970 */
export async function stageShared(tree: string, manifest: Manifest, runtime: Runtime, epoch: number): Promise<void> {
  for (const file of await filesIn('systemd')) await copyInto(join(ROOT, file), join(tree, placeOf(relative('systemd', file))))
  await mkdir(join(tree, 'etc/aigw-sync/configs'), { recursive: true })

  const texts = await packagingTexts()
  const made = (path: string) => texts.get(path) ?? ''
  await putCompressed(join(tree, 'usr/share/man/man1/aigw-sync.1'), made('packaging/man/aigw-sync.1'))
  const completions: Record<string, string> = {
    'usr/share/bash-completion/completions/aigw-sync': made('packaging/completions/aigw-sync.bash'),
    'usr/share/zsh/vendor-completions/_aigw-sync': made('packaging/completions/_aigw-sync'),
    'usr/share/fish/vendor_completions.d/aigw-sync.fish': made('packaging/completions/aigw-sync.fish'),
  }
  for (const [path, completion] of Object.entries(completions)) await put(join(tree, path), completion)

  const docs = join(tree, DOCS)
  await putCompressed(join(docs, 'README.md'), await text('README.md'))
  await putCompressed(join(docs, 'changelog'), await text('CHANGELOG.md'))
  await putCompressed(join(docs, 'changelog.Debian'), debianChangelog(manifest, epoch))
  const packages = await runtimePackages()
  const thirdParty = await text(join('dist', THIRD_PARTY))
  await put(join(docs, 'copyright'), copyrightFile({ license: await text('LICENSE'), runtime, packages, thirdParty }))
  await copyInto(join(ROOT, 'config.example.ts'), join(docs, 'config.example.ts'))
  for (const file of await filesIn('docs')) await copyInto(join(ROOT, file), join(docs, file))
  await copyInto(join(ROOT, 'packaging/debian/lintian-overrides'), join(tree, 'usr/share/lintian/overrides/aigw-sync'))
}

/** A drop-in changes what the services do: postinst puts one in its place, and people the others. */
function placeOf(unit: string): string {
  if (unit.startsWith('sysusers.d/')) return join('usr/lib', unit)
  return unit.includes('/') ? join(PROGRAM, unit) : join('usr/lib/systemd/system', unit)
}

export async function stageControl(tree: string, control: string): Promise<void> {
  await put(join(tree, 'DEBIAN/control'), control)
  for (const name of ['postinst', 'prerm', 'postrm', 'triggers'])
    await copyInto(join(ROOT, 'packaging/debian', name), join(tree, 'DEBIAN', name))
}

async function link(tree: string, path: string, target: string): Promise<void> {
  await mkdir(dirname(join(tree, path)), { recursive: true })
  await symlink(target, join(tree, path))
}

/** Paths below the checkout. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true, recursive: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
  return files.toSorted()
}

function text(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8')
}
