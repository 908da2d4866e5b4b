import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startProcess } from '../support/process.ts'
import { named, openScene, resyncs } from '../support/scene.ts'

async function unsafeScene() {
  const scene = await openScene()
  await scene.put('web.json', named('Web'))
  const dir = join(scene.folder, 'configs')
  await chmod(dir, 0o775)
  return { ...scene, dir, mend: `\`chmod go-w ${dir}\`` }
}

describe('a folder that a group may write', () => {
  test.each(['run', 'apply'])('ends %s with 77 before anything is done, saying the command that mends it', async (command) => {
    const { start, mend, emulator } = await unsafeScene()
    const running = start(command, '--log-format', 'json')
    expect(await running.ended).toBe(77)
    expect(running.stdout() + running.stderr()).toContain(mend)
    expect(running.stdout() + running.stderr()).toContain('--strict-permissions false')
    expect(emulator.state.configurations).toEqual([])
  })

  test('is the one failure that the log of run tells', async () => {
    const { start, mend } = await unsafeScene()
    const daemon = start('run')
    expect(await daemon.ended).toBe(77)
    expect(daemon.told('daemon.failed')).toEqual([expect.objectContaining({ error: expect.stringContaining(mend) })])
    expect(daemon.events()).not.toContain('source.loaded')
  })

  test.each(['plan', 'plan --json', 'validate', 'validate --json', 'import'])(
    'ends %s with 77 and one line on standard error',
    async (line) => {
      const { folder, emulator, mend } = await unsafeScene()
      const env = { AI_GATEWAY_API_KEY: emulator.token, AIGW_SYNC_API_URL: emulator.url }
      const running = startProcess({ args: line.split(' '), env, cwd: folder })
      expect(await running.ended).toBe(77)
      expect(running.stdout()).toBe('')
      expect(running.stderr().trimEnd().split('\n')).toEqual([expect.stringContaining(mend)])
    },
  )

  test('is no matter for a trial on the emulator, on which nothing real hangs', async () => {
    const { folder } = await unsafeScene()
    const trial = startProcess({ args: ['run', '--emulator'], cwd: folder })
    await trial.until('config.created')
    expect(await trial.kill('SIGTERM')).toBe(0)
  })

  test('is accepted with --strict-permissions false, and by the setting', async () => {
    const { folder, start, emulator } = await unsafeScene()
    expect(await start('apply', '--strict-permissions', 'false').ended).toBe(0)
    expect(emulator.state.configurations.map(({ name }) => name)).toEqual(['Web'])
    const env = { AIGW_SYNC_STRICT_PERMISSIONS: 'false' }
    expect(await startProcess({ args: ['validate'], env, cwd: folder }).ended).toBe(0)
  })

  test('may be above the folder of modules, also far above', async () => {
    const { start, folder, dir } = await unsafeScene()
    await chmod(dir, 0o755)
    await chmod(folder, 0o777)
    const applying = start('apply')
    expect(await applying.ended).toBe(77)
    expect(applying.stdout() + applying.stderr()).toContain(`\`chmod go-w ${folder}\``)
  })
})

describe('a module that a group may write', () => {
  test('is not loaded, the others are, and it is once it is mended', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.put('bot.json', named('Bot'))
    const bot = join(scene.folder, 'configs/bot.json')
    await chmod(bot, 0o664)
    const daemon = scene.start('run')
    expect(await daemon.until('source.invalid')).toMatchObject({ file: 'bot.json', problem: 'unsafe' })
    expect(daemon.told('source.invalid')[0]?.msg).toContain(`\`chmod go-w ${bot}\``)
    expect(await daemon.until('config.created')).toMatchObject({ key: 'web' })
    await chmod(bot, 0o644)
    expect(await daemon.until('source.recovered')).toMatchObject({ file: 'bot.json' })
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'bot')
  })

  test('keeps what it had on the gateway when it becomes so, and its new content counts only once it is mended', async () => {
    const scene = await openScene()
    await scene.put('bot.json', named('Bot'))
    const bot = join(scene.folder, 'configs/bot.json')
    const daemon = await scene.settled('--policy', 'sync', '--delete-grace', '0ms', '--resync-interval', '100ms')
    const names = () => scene.emulator.state.configurations.map(({ name }) => name).toSorted()
    await chmod(bot, 0o666)
    expect(await daemon.until('source.invalid')).toMatchObject({ file: 'bot.json', problem: 'unsafe', keys: ['bot'] })
    await writeFile(bot, JSON.stringify(named('Other')))
    await scene.put('web.json', named('Web'))
    await daemon.until(({ event, key }) => event === 'config.created' && key === 'web')
    await resyncs(scene.emulator, 2)
    expect(names()).toEqual(['Bot', 'Web'])
    await chmod(bot, 0o644)
    expect(await daemon.until('config.updated')).toMatchObject({ key: 'bot' })
    expect(names()).toEqual(['Other', 'Web'])
  })

  test('is why an entry that imports it does not load', async () => {
    const scene = await openScene()
    await scene.put('_names.ts', "export const name = 'Bot'\n")
    await scene.put('bot.ts', "import { name } from './_names.ts'\nexport default { name, access: {} }\n")
    await chmod(join(scene.folder, 'configs/_names.ts'), 0o664)
    const validating = startProcess({ args: ['validate'], cwd: scene.folder })
    expect(await validating.ended).toBe(78)
    expect(validating.stdout()).toContain('chmod go-w')
    expect(validating.stdout()).toContain('bot.ts')
  })

  test('in a folder that a group may write fails apply, which does what else there is', async () => {
    const scene = await openScene()
    await scene.put('web.json', named('Web'))
    await scene.put('team/bot.json', named('Bot'))
    await chmod(join(scene.folder, 'configs/team'), 0o775)
    const applying = scene.start('apply')
    expect(await applying.ended).toBe(1)
    expect(applying.stdout() + applying.stderr()).toContain(`chmod go-w ${join(scene.folder, 'configs/team')}`)
    expect(scene.emulator.state.configurations.map(({ name }) => name)).toEqual(['Web'])
  })
})

const loosely = (command: readonly string[]) => ['sh', '-c', 'umask 000; exec "$@"', 'sh', ...command]

test('what init makes is safe, whatever the umask', async () => {
  const scene = await openScene()
  const dir = join(scene.folder, 'made/configs')
  expect(await startProcess({ args: ['init', dir], cwd: scene.folder, through: loosely }).ended).toBe(0)
  const validating = startProcess({ args: ['validate', '--dir', dir], cwd: scene.folder })
  expect(await validating.ended).toBe(0)
})
