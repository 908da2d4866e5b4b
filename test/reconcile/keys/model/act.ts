/** Makes happen what a command says. */
import type { Configuration } from '../../../../src/model/configuration.ts'
import type { ProviderKeyPatch } from '../../../../src/gateway/gateway.ts'
import type { ObservedProviderKey } from '../../../../src/model/provider-key.ts'
import { encodeMetadata, type Stamp } from '../../../../src/model/stamp.ts'
import { keyed } from '../../../support/key-entries.ts'
import { OWNER } from '../../../support/states.ts'
import type { Folder } from '../../model/folder.ts'
import { quiet } from '../../model/line.ts'
import type { Command, HumanAct } from './commands.ts'
import type { Place } from './declared.ts'
import { NAMES, type KeySim, VALUES } from './sim.ts'

/** Somebody else's of the same names for other owners, and nobody's. */
export function furnish({ keys }: KeySim): void {
  keys.create(
    { name: 'theirs', value: 'theirs', metadata: encodeMetadata({ owner: 'others', key: 'one', nonce: 'theirs' }) },
    'usr_other',
  )
  keys.create({ name: 'by hand', value: 'by hand', metadata: 'by hand' }, 'usr_other')
}

export async function act(sim: KeySim, command: Command): Promise<void> {
  sim.line.log.push(JSON.stringify(command))
  switch (command.do) {
    case 'put':
    case 'remove':
    case 'break':
    case 'mend':
    case 'hide':
    case 'show':
      sim.ledger.forgetSwaps()
      return sim.write((folder) => writeFolder(folder, command))
    case 'secret':
      return changeSecret(sim, command)
    case 'human':
      await quiet() // what the daemon was told of has begun
      return interfere(sim, command)
    case 'run':
      return void (await sim.run(command.steps))
    case 'settle':
      return sim.settle()
    case 'resync':
      sim.daemon?.resync()
      return
    case 'overtake':
      return sim.line.overtake()
    case 'start':
      return sim.start()
    case 'pass':
      return sim.pass(command.seconds * 1_000)
    case 'outlast':
      return outlast(sim)
    case 'fates':
      return void sim.fates.push(...command.fates)
    case 'full':
      return void sim.disk.fates.push(...command.writes)
    case 'crash':
      return sim.crash(command.isCarriedOut)
    case 'lose':
    case 'restore':
      sim.crash(command.do === 'lose' && command.isCarriedOut)
      sim.disk.replace((command.do === 'restore' && sim.disk.before.at(-command.age)) || new Map())
      sim.ledger.forgetSwaps()
      sim.ledger.isForgetful = true
      return sim.start()
  }
}

async function outlast(sim: KeySim): Promise<void> {
  sim.start()
  await sim.settle()
  await sim.pass(40_000)
  sim.daemon?.resync()
  await sim.settle()
}

function writeFolder(folder: Folder, command: Command & { do: 'put' | 'remove' | 'break' | 'mend' | 'hide' | 'show' }): void {
  const { modules, broken } = folder
  switch (command.do) {
    case 'hide':
    case 'show':
      folder.isComplete = command.do === 'show'
      return
    case 'break':
      return void (modules.has(command.entry) && broken.add(command.entry))
    case 'mend':
      return void broken.delete(command.entry)
    case 'remove':
      broken.delete(command.entry)
      return void modules.delete(command.entry)
    case 'put':
      broken.delete(command.entry)
      return void modules.set(command.entry, moduleOf(command.entry.replace('.ts', ''), command.keys))
  }
}

function moduleOf(key: string, places: readonly Place[]) {
  const unique = new Map(places.map((place) => [place.name, place])).values().toArray()
  const keys = unique.map(({ name, place }) => ({ name, value: { $env: place } }) as const)
  if (keys.length === 0) return { key, configuration: { name: key } }
  const { configuration, managedKeys } = keyed(key, ...keys)
  return { key, configuration, ...(managedKeys && { managedKeys }) }
}

function changeSecret({ env, daemon, ledger }: KeySim, { place, which, isTold }: Command & { do: 'secret' }): void {
  const value = which === undefined ? undefined : VALUES[which]
  if (env[place] !== value) ledger.forgetSwaps()
  env[place] = value
  if (isTold) daemon?.reconciler.secretsChanged()
}

/** What people do at the gateway. */
function interfere(sim: KeySim, { what, nth, choice }: Command & { do: 'human' }): void {
  const { keys, ledger, account } = sim
  const ours = keys.all.filter(({ stamp }) => stamp?.owner === OWNER)
  const target = ours[nth % ours.length]
  const name = NAMES[choice % NAMES.length] ?? ''
  if (what === 'namesake') return void keys.create({ name, value: 'by hand', metadata: '' }, 'usr_human')
  if (what === 'release') return release(sim)
  if (!target) return
  const { id, metadata } = target
  const value = VALUES[choice % VALUES.length] ?? ''
  if (what === 'swap') {
    ledger.swapping(id, value)
    return void keys.update(id, { value }, 'usr_human')
  }
  if (what === 'copy') return void keys.create({ name: target.name, value: keys.valueOf(id) ?? '', metadata }, 'usr_human')
  if (what === 'delete') return void keys.remove(id)
  if (what === 'use') return void account.create(userOf(id), undefined, 'usr_human')
  ledger.touched.add(id)
  keys.update(id, patchOf(what, target, choice), 'usr_human')
}

type Edit = Extract<HumanAct, 'rename' | 'unstamp' | 'renonce' | 'reown' | 'rekey'>

function patchOf(what: Edit, { stamp }: ObservedProviderKey, choice: number): ProviderKeyPatch {
  const restamped = (change: Partial<Stamp>) => ({
    metadata: encodeMetadata({ owner: OWNER, key: '', nonce: '', ...stamp, ...change }),
  })
  switch (what) {
    case 'rename':
      return { name: `by hand ${choice}` }
    case 'unstamp':
      return { metadata: choice % 2 === 0 ? '' : 'by hand' }
    case 'renonce':
      return restamped({ nonce: `by hand ${choice}` })
    case 'reown':
      return restamped({ owner: 'others' })
    case 'rekey':
      return restamped({ key: NAMES[choice % NAMES.length] ?? '' })
  }
}

/** A configuration of somebody's that refers to a provider key. */
function userOf(id: string): Configuration {
  return { name: 'by hand', router: { rules: [{ provider: 'openai', steps: [{ type: 'user', keys: [{ id }] }] }] } }
}

function release({ account }: KeySim): void {
  const theirs = account.all.find(({ stamp }) => !stamp)
  if (theirs) account.remove(theirs.id)
}
