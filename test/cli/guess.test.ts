import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guessEvaluator } from '../../src/cli/guess.ts'
import { loadSettings } from '../../src/settings/load.ts'
import { createConfigFolder } from '../support/config-folder.ts'

type Env = Readonly<Record<string, string>>

function guess(args: readonly string[], { env = {}, files = {} }: { env?: Env; files?: Env } = {}) {
  const { dir: cwd } = createConfigFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(cwd, path, '..'), { recursive: true })
    writeFileSync(join(cwd, path), text)
  }
  return { cwd, guessed: guessEvaluator({ argv: args, env, cwd }) }
}

test.each(['plan', 'apply', 'validate', 'plan --json --policy sync', 'apply --emulator', 'plan --api-url http://127.0.0.1:1'])(
  'the evaluator of %s is guessed to be what the settings then say',
  async (command) => {
    const { cwd, guessed } = guess(command.split(' '), { env: { AIGW_SYNC_OWNER: 'me' } })
    const loaded = await loadSettings({ flags: {}, env: {}, cwd })
    expect(loaded.isOk() && loaded.value.settings).toMatchObject(guessed ?? { dir: 'guessed' })
  },
)

test.each(['', '--help', 'run', 'status', 'init', 'plan --help', 'plan -h'])('for `%s` none is started', (command) => {
  expect(guess(command.split(' ')).guessed).toBeUndefined()
})

test.each([
  'plan --dir elsewhere',
  'apply --json --dir=elsewhere',
  'validate --evaluation-memory 64',
  'plan --evaluator-socket /run/e.sock',
  'plan --settings other.json',
])('%s says it, so that nothing is guessed', (command) => {
  expect(guess(command.split(' ')).guessed).toBeUndefined()
})

test.each(['AIGW_SYNC_DIR', 'AIGW_SYNC_EVALUATION_MEMORY', 'AIGW_SYNC_EVALUATOR_SOCKET', 'AIGW_SYNC_SETTINGS'])(
  'where %s is set nothing is guessed',
  (name) => {
    expect(guess(['plan'], { env: { [name]: 'x' } }).guessed).toBeUndefined()
  },
)

test.each(['aigw-sync.config.ts', '.aigw-syncrc', '.config/aigw-syncrc.yaml'])(
  'where there is a file %s nothing is guessed',
  (path) => {
    expect(guess(['plan'], { files: { [path]: '' } }).guessed).toBeUndefined()
  },
)

test('a package.json may say it where it has our name', () => {
  const named = JSON.stringify({ 'aigw-sync': { dir: 'elsewhere' } })
  expect(guess(['plan'], { files: { 'package.json': named } }).guessed).toBeUndefined()
  expect(guess(['plan'], { files: { 'package.json': '{ "name": "shop" }' } }).guessed).toBeDefined()
})
