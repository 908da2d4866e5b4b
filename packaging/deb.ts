/** `npm run pack:deb`: a `.deb` for the architecture of this machine, with the Node.js of the dev dependency `node` in it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlFile, debianVersion, type Manifest } from './deb/control.ts'
import { readRuntime } from './deb/runtime.ts'
import { installedSize, seal, writeMd5sums } from './deb/seal.ts'
import { stageControl, stageProgram, stageShared } from './deb/stage.ts'
import { command, Refusal, ROOT, runScript, say, type ScriptOptions, tellResult } from './script.ts'

await runScript(async (options) => {
  const tree = await mkdtemp(join(tmpdir(), 'aigw-sync-deb-'))
  try {
    await buildDeb(tree, options)
  } finally {
    await rm(tree, { recursive: true, force: true })
  }
})

async function buildDeb(tree: string, { out, compression }: ScriptOptions): Promise<void> {
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest
  const epoch = await sourceDate()
  const runtime = await readRuntime()
  await stageProgram(tree, runtime)
  await stageShared(tree, manifest, runtime, epoch)
  const size = await installedSize(tree)
  await stageControl(tree, controlFile(manifest, runtime, size))
  await writeMd5sums(tree)
  await seal(tree)

  const file = join(out, `aigw-sync_${debianVersion(manifest.version)}_${runtime.architecture}.deb`)
  // It sorts what it packs, and sets every time that is later than this one to this one: those of all the files, which are new.
  const how = ['--root-owner-group', `-Z${compression}`, '--build', tree, file]
  await command('dpkg-deb', how, { SOURCE_DATE_EPOCH: String(epoch) })
  await tellResult(file, size)
  say(`It brings Node.js ${runtime.version}. To install it: apt install ${file}`)
}

/** Seconds since 1970: `SOURCE_DATE_EPOCH`, or when the last commit was made, so that the same commit gives the same bytes. */
async function sourceDate(): Promise<number> {
  const given = process.env['SOURCE_DATE_EPOCH'] ?? (await command('git', ['log', '-1', '--format=%ct']))
  const seconds = Number(given)
  if (!Number.isSafeInteger(seconds) || seconds <= 0)
    throw new Refusal(`Expected SOURCE_DATE_EPOCH to be seconds since 1970, got \`${given}\`.`)
  return seconds
}
