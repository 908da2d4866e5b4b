/** What a running daemon answers, to Prometheus' own eyes. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { moduleNamed } from '../support/config-folder.ts'
import { temporaryFolder } from '../support/process.ts'
import { NO_PROMTOOL, promtool } from '../support/promtool.ts'
import { setStage } from '../support/stage.ts'

describe.skipIf(NO_PROMTOOL)(`Prometheus${NO_PROMTOOL}`, () => {
  test('finds no fault with names, types and units, and reads every sample', async () => {
    const answer = await metricsOfDaemon()
    expect(promtool(['check', 'metrics'], inOlderFormat(answer))).toEqual({ status: 0, stdout: '', stderr: '' })

    const folder = await temporaryFolder()
    const samples = answer.match(/^[a-z].*$/gm) ?? []
    expect(samples.length).toBeGreaterThan(50)
    // It imports what has a time, which an answer to a scrape has not.
    await writeFile(join(folder, 'answer'), answer.replaceAll(/^[a-z].*$/gm, '$& 1767225600'))
    await mkdir(join(folder, 'data/wal'), { recursive: true }) // else it cannot say what it has imported
    const imported = promtool(['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'answer'), join(folder, 'data')])
    expect(imported).toMatchObject({ status: 0, stderr: '' })
    expect(
      promtool(['tsdb', 'dump', join(folder, 'data')])
        .stdout.trim()
        .split('\n'),
    ).toHaveLength(samples.length)
  })
})

/** Of one that has something to tell. */
async function metricsOfDaemon(): Promise<string> {
  const it = await setStage({ 'chat.ts': moduleNamed('chat'), 'other.ts': moduleNamed('other') })
  it.put('broken.ts', 'export default')
  await it.tells('source.invalid broken.ts syntax')
  const { content } = await ask(join(it.around, 'aigw-sync.lock.json.sock'), '/metrics')
  return content
}

/** As the text format of Prometheus has it, which alone is checked: there a counter is called as its sample is, and nothing marks the end. */
function inOlderFormat(openMetrics: string): string {
  const counters = new Set([...openMetrics.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name))
  return openMetrics
    .replace(/^# EOF\n/m, '')
    .replaceAll(/^(# (?:HELP|TYPE) )(\S+)/gm, (_all, begin: string, name: string) =>
      counters.has(name) ? `${begin}${name}_total` : `${begin}${name}`,
    )
}
