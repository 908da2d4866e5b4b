/** What people do at the gateway. */
import type { Configuration } from '../../../src/model/configuration.ts'
import type { ConfigurationPatch } from '../../../src/model/patch.ts'
import type { ResolvedRouter } from '../../../src/model/resolved.ts'
import { decodeMetadata, encodeMetadata, type Stamp } from '../../../src/model/stamp.ts'
import { OWNER } from '../../support/states.ts'
import type { Command, HumanAct } from './commands.ts'
import { contentOf, CONTENTS } from './contents.ts'
import { KEYS, type Sim } from './sim.ts'

export function interfere(sim: Sim, { what, nth: number, choice }: Command & { do: 'human' }): void {
  const { account, ledger } = sim
  const target = account.all[number % account.all.length]
  if (what === 'create' || !target) {
    const name = KEYS[choice % KEYS.length] ?? ''
    return void account.create(contentOf(name, number % CONTENTS.length), undefined, 'usr_human')
  }
  const { id, name, access, router } = target
  if (what === 'copy') {
    const copied = { name, ...(access && { access }), ...(router && { router }) } as Configuration
    return void ledger.touched.add(account.create(copied, target.metadata, 'usr_human').id)
  }
  if (what === 'delete') return void account.remove(id)
  if (what === 'attach') return void account.accessKeys.unshift({ id: `aigak_${account.accessKeys.length}`, configurationId: id })
  if (what === 'detach') return void account.accessKeys.shift()
  account.update(id, humanPatch(what, target.metadata, choice), 'usr_human')
  ledger.human(id)
}

type Edit = Exclude<HumanAct, 'create' | 'copy' | 'delete' | 'attach' | 'detach'>

function humanPatch(what: Edit, metadata: string | undefined, choice: number): ConfigurationPatch {
  const { stamp, user: own } = decodeMetadata(metadata)
  const restamped = (change: Partial<Stamp>) =>
    encodeMetadata({ owner: OWNER, key: 'a', nonce: 'by hand', ...stamp, ...change }, own)
  switch (what) {
    case 'access':
      return { access: CONTENTS[choice % 5]?.access ?? null }
    case 'router':
      return { router: (CONTENTS[4 + (choice % 3)]?.router as ResolvedRouter | undefined) ?? null }
    case 'rename':
      return { name: `by hand ${choice}` }
    case 'metadata':
      return { metadata: stamp ? encodeMetadata(stamp, `by hand ${choice}`) : `by hand ${choice}` }
    case 'unstamp':
      return { metadata: choice % 2 === 0 ? '' : 'by hand' }
    case 'rekey':
      return { metadata: restamped({ key: KEYS[choice % KEYS.length] ?? '' }) }
    case 'reown':
      return { metadata: restamped({ owner: 'others' }) }
  }
}
