import { expect, onTestFinished } from 'vitest'
import { Source, type SourceOptions } from '../../src/source/source.ts'
import { type ConfigFolder, createConfigFolder, type Files, writeFiles } from '../support/config-folder.ts'
import { followStory, type Story, type Told } from '../support/story.ts'

export interface Opened extends ConfigFolder, Story {
  readonly source: Source
  readonly told: readonly Told[]
}

/** Of a source that is patient, on a busy machine as well. */
export const SOURCE_SETTINGS = {
  settle: 20,
  evaluationTimeout: 20_000,
  evaluationMemory: 256,
  owner: 'platform',
  requireAccess: false,
  plainSecrets: false,
  strictPermissions: true,
}

/** A source over a real folder and real children; a key that changed is told as `changed web`. */
export async function openSource(
  content: Files | ((folder: ConfigFolder) => void) = {},
  watch = true,
  overrides: Partial<SourceOptions> = {},
): Promise<Opened> {
  const folder = createConfigFolder()
  if (typeof content === 'function') content(folder)
  else writeFiles(folder.dir, content)
  const told: Told[] = []
  const options = { ...SOURCE_SETTINGS, ...overrides }
  const source = new Source({ ...options, dir: folder.dir, watch }, (event) => told.push({ ...event }))
  onTestFinished(() => source.close())
  const opened = await source.open((keys) => told.push(...[...keys].toSorted().map((key) => ({ event: 'changed', key }))))
  expect(opened.isOk()).toBe(true)
  return { ...folder, ...followStory(folder, told), source, told }
}
