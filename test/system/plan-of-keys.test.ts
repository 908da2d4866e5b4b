import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PlanDocument } from '../../src/cli/render/plan-document.ts'
import { type Kept, openKept } from '../support/kept.ts'
import { withKey, withoutKey } from '../support/own-key.ts'
import { personAt } from '../support/person.ts'
import type { RunningProcess } from '../support/process.ts'

/** What is done, of which kind, to what. */
type Deed = readonly [kind: string, name: string, id: string | null]

/** Of the provider keys, what a plan says will be done or left. */
function plannedKeys({ providerKeys }: PlanDocument): readonly Deed[] {
  const deeds = providerKeys.filter((change) => change.kind !== 'noop' && !('withheld' in change && change.withheld))
  return inOrder(deeds.map(({ kind, provider, name, id }): Deed => [kind, `${provider}/${name}`, id]))
}

function plannedEntries({ changes }: PlanDocument): readonly Deed[] {
  const deeds = changes.filter(({ kind }) => kind !== 'noop')
  return inOrder(deeds.map((change): Deed => [change.kind, change.key, ('id' in change && change.id) || null]))
}

const KEY_KINDS = { created: 'create', rotated: 'rotate', updated: 'update', deleted: 'delete', orphaned: 'orphan' } as const

const ENTRY_KINDS = { created: 'create', updated: 'update', deleted: 'delete', orphaned: 'orphan', conflict: 'conflict' } as const

/** The same as the log has it; of what was left for a while and then not, the end. */
function toldOf({ lines }: RunningProcess, subject: string, kinds: Readonly<Record<string, string>>): readonly Deed[] {
  const last = new Map<string, Deed>()
  for (const { event, provider, name, key, id } of lines) {
    const [of, what = ''] = event.split('.')
    const kind = kinds[what]
    if (of !== subject || kind === undefined) continue
    const called = (subject === 'config' ? [key] : [provider, name]).join('/')
    const deed: Deed = [kind, called, kind !== 'create' && typeof id === 'string' ? id : null]
    last.set(deed.slice(1).join(' '), deed)
  }
  return inOrder([...last.values()])
}

function inOrder(deeds: readonly Deed[]): readonly Deed[] {
  return deeds.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

/** A folder that was applied, and then changed in each way that concerns provider keys. */
async function changedFolder(policy: string) {
  const kept = await openKept()
  const { put, keep, folder, emulator, start } = kept
  const of = async (name: string) => withKey(name, { $file: await keep(name, `sk-${name}-0123456789-abcdefgh`) })
  for (const name of ['stays', 'turns', 'goes', 'let-go', 'used']) await put(`${name}.json`, await of(name))
  await put('shares.json', withKey('turns', { $file: join(kept.secrets, 'turns') }))
  const flags = ['--policy', policy, '--delete-grace', '100ms', '--delete-max-percent', '100']
  expect(await start('apply', ...flags).ended).toBe(0)
  const used = emulator.state.providerKeys.find(({ name }) => name === 'used')?.id
  const rules = [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id: used }] }] }]
  await personAt(emulator).create({ name: 'theirs', router: { rules } })

  await keep('turns', 'sk-turned-0123456789-abcdefgh')
  await rm(join(folder, 'configs/goes.json'))
  for (const name of ['let-go', 'used']) await put(`${name}.json`, withoutKey(name))
  const shared = await of('new')
  for (const key of ['new-a', 'new-b']) await put(`${key}.json`, { ...shared, name: key })
  await put('other.json', withKey('new', { $file: join(kept.secrets, 'new') }, 'anthropic'))
  await put('lacking.json', withKey('lacking', { $file: './_lacking' }))
  return { ...kept, flags }
}

async function planOf({ start }: Kept, flags: readonly string[]): Promise<PlanDocument> {
  const planned = start('plan', '--json', ...flags)
  await planned.ended
  return JSON.parse(planned.stdout()) as PlanDocument
}

const KEPT_BY_POLICY = { sync: ['used'], 'upsert-only': ['goes', 'let-go', 'used'] } as const

test.each(['sync', 'upsert-only'] as const)('under %s, what plan says of provider keys is what apply does', async (policy) => {
  const changed = await changedFolder(policy)
  const { flags, emulator, start, writes } = changed
  const [before, made] = [JSON.stringify(emulator.state), writes.length]
  const plan = await planOf(changed, flags)
  expect(writes).toHaveLength(made)
  expect(JSON.stringify(emulator.state)).toBe(before)

  const applied = start('apply', ...flags, '--log-level', 'debug')
  expect(await applied.ended).toBe(1) // of what is lacking
  expect(toldOf(applied, 'provider-key', KEY_KINDS)).toEqual(plannedKeys(plan))
  const lacking: Deed = ['conflict', 'lacking', null]
  expect(inOrder([...toldOf(applied, 'config', ENTRY_KINDS), lacking])).toEqual(plannedEntries(plan))
  expect(applied.told('config.failed').map(({ key }) => key)).toEqual(['lacking'])
  expect(writes).toHaveLength(made + plan.summary.writes)
  expect(new Set(plannedKeys(plan).map(([kind]) => kind))).toEqual(
    new Set(['create', 'rotate', 'orphan', ...(policy === 'sync' ? ['delete'] : [])]),
  )

  const next = await planOf(changed, flags)
  expect(plannedKeys(next).map(([kind, name]) => `${kind} ${name}`)).toEqual(
    KEPT_BY_POLICY[policy].map((name) => `orphan openai/${name}`),
  )
  expect(next.summary.writes).toBe(0)
})
