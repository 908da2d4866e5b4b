import { err, ok, type Result } from 'neverthrow'
import type { Reading } from '../lockfile/read.ts'
import type { Report } from '../model/events.ts'
import { declaredSecrets } from '../model/managed.ts'
import type { Plan } from '../plan/change.ts'
import { deletableKeys } from '../plan/guards.ts'
import { deletableProviderKeys } from '../plan/keys/plan-keys.ts'
import { fingerprintsIn } from '../plan/keys/records.ts'
import { completed } from '../reconcile/keys/complete.ts'
import { KeyIndex } from '../reconcile/keys/key-index.ts'
import type { World } from '../plan/world.ts'
import { ObservedIndex } from '../reconcile/observed-index.ts'
import type { Settings } from '../settings/settings.ts'
import type { SourceOptions } from '../source/source.ts'
import type { Asked, LookError } from './ask.ts'
import { type Declared, readDeclared } from './declared.ts'
import { foresee } from './foresee.ts'
import { relistingRequests } from './relisting.ts'
import { rulesOf } from './rules.ts'
import { openSecrets } from './secrets.ts'

export interface LookOptions extends Pick<SourceOptions, 'ahead'> {
  readonly settings: Settings
  /** How many deletions a person has said to be right. */
  readonly confirmed?: number
}

/** What applying would begin with, and what it would do. */
export interface Look {
  readonly declared: Declared
  readonly lockfile: Reading
  readonly world: World
  readonly plan: Plan
  /** How many requests it took to know that. */
  readonly requests: number
  /** How many it takes to list again what has to be: the configurations, and the provider keys where any is needed. */
  readonly pages: number
}

/**
 * `plan`: loads, lists and plans as `apply` does, and writes nothing: no lease, no lockfile, nothing on the gateway. The folder is loaded while the
 * gateway answers. Without a lockfile of ours, nothing counts as applied, and the stamps tell. Its connections are left to the end of the
 * process, which is near: for each that is closed Node.js first opens standard error.
 */
export async function look(
  { settings, confirmed, ahead }: LookOptions,
  { lockfile, gateway, listing }: Asked,
  report: Report,
): Promise<Result<Look, LookError>> {
  const declared = await readDeclared({ ...settings, ahead }, report)
  if (declared.isErr()) return err(declared.error)
  const listed = await listing
  if (listed.isErr()) return err(listed.error)
  const [configurations, keys] = listed.value
  const sent = gateway.sent
  const observed = new ObservedIndex(settings.owner)
  observed.replace(configurations, new Map())
  const applied: World['applied'] = lockfile.type === 'found' ? lockfile.lockfile.entries : new Map()
  const providerKeys = new KeyIndex(settings.owner, fingerprintsIn(applied))
  const all = await completed(gateway.providerKeys, keys, fingerprintsIn(applied).keys())
  if (all.isErr()) return err(all.error)
  providerKeys.replace(all.value, new Map())
  const secrets = openSecrets(settings)
  await secrets.learn(declaredSecrets(declared.value.desired))
  const world = worldOf({ settings, declared: declared.value, applied, observed, providerKeys, secrets, confirmed })
  const plan = await foresee(world, gateway)
  if (plan.isErr()) return err(plan.error)
  return ok({
    declared: declared.value,
    lockfile,
    world,
    plan: plan.value,
    requests: gateway.sent,
    pages: relistingRequests(world, sent),
  })
}

interface Parts extends Pick<World, 'applied' | 'secrets'> {
  readonly providerKeys: KeyIndex
  readonly settings: Settings
  readonly declared: Declared
  readonly observed: ObservedIndex
  readonly confirmed: number | undefined
}

/** What is gone is looked at as when its grace is over: applying waits for that. */
function worldOf({ settings, declared: { desired }, applied, observed, providerKeys, secrets, confirmed }: Parts) {
  const approved = new Set<string>()
  const approvedKeys = new Set<string>()
  const history = {
    isRipe: () => true,
    isFresh: () => false,
    isApproved: (key: string) => approved.has(key),
    isKeyRipe: () => true,
    isKeyApproved: (id: string) => approvedKeys.has(id),
  }
  const world = { owner: settings.owner, rules: rulesOf(settings), desired, applied, observed, providerKeys, secrets, history }
  const deletable = deletableKeys(world)
  const deletableIds = deletableProviderKeys(world).map(({ id }) => id)
  if (deletable.length + deletableIds.length !== confirmed) return world
  for (const key of deletable) approved.add(key)
  for (const id of deletableIds) approvedKeys.add(id)
  return world
}
