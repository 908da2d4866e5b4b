/** The example alerts, to Prometheus' own eyes. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, test } from 'vitest'
import { NO_PROMTOOL, promtool } from './support/promtool.ts'

const ALERTS = join(import.meta.dirname, '../docs/alerts.yaml')
const TESTS = join(import.meta.dirname, 'fixtures/alerts.test.yaml')

interface Alerts {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string }[] }[]
}

interface Tests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[]
  }[]
}

describe.skipIf(NO_PROMTOOL)(`Prometheus${NO_PROMTOOL}`, () => {
  test('understands the alerts', () => {
    expect(promtool(['check', 'rules', ALERTS])).toMatchObject({ status: 0, stderr: '' })
  })

  test('alerts as it is meant to', () => {
    expect(promtool(['test', 'rules', TESTS])).toMatchObject({ status: 0, stderr: '' })
  })
})

test('each alert is shown to be given, and not to be given', async () => {
  const [alerts, tests] = (await Promise.all([ALERTS, TESTS].map(async (file) => load(await readFile(file, 'utf8'))))) as [
    Alerts,
    Tests,
  ]
  const cases = tests.tests.flatMap(({ alert_rule_test: all }) => all)
  const seen = (isGiven: boolean) =>
    new Set(cases.filter(({ exp_alerts: given }) => given.length > 0 === isGiven).map(({ alertname }) => alertname))
  const names = new Set(alerts.groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)))
  expect(names.size).toBeGreaterThan(5)
  expect({ given: seen(true), not: seen(false) }).toEqual({ given: names, not: names })
})
