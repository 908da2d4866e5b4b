/** Makes happen what a command says. */
import { encodeMetadata } from '../../../src/model/stamp.ts'
import type { Command } from './commands.ts'
import { contentOf } from './contents.ts'
import { Disk } from './disk.ts'
import { writeFolder } from './act-folder.ts'
import { interfere } from './act-human.ts'
import type { Sim } from './sim.ts'

/** Somebody else's, and nobody's. */
export function furnish({ account }: Sim): void {
  const theirs = { owner: 'others', key: 'a', nonce: 'theirs' }
  account.create(contentOf('a', 0), encodeMetadata(theirs), 'usr_other')
  account.create(contentOf('b', 1), 'by hand', 'usr_other')
}

export async function act(sim: Sim, command: Command): Promise<void> {
  sim.line.log.push(JSON.stringify(command))
  switch (command.do) {
    case 'put':
    case 'adopt':
    case 'remove':
    case 'break':
    case 'mend':
    case 'rename':
    case 'rekey':
    case 'hide':
    case 'show':
      return writeFolder(sim, command)
    case 'human':
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
    case 'restart':
      sim.crash(true)
      writeFolder(sim, command.without === 'the folder' ? { do: 'hide' } : { do: 'break', path: command.path })
      return outlast(sim)
    case 'fates':
      return void sim.fates.push(...command.fates)
    case 'full':
      return void sim.disk.fates.push(...command.writes)
    case 'crash':
      return sim.crash(command.isCarriedOut)
    case 'lose':
    case 'restore':
      return replaceLockfile(sim, command)
    case 'second':
      return startSecond(sim)
    case 'end-second':
      for (const disk of sim.disks.slice(1)) sim.crash(true, disk)
      return void sim.disks.splice(1)
  }
}

async function outlast(sim: Sim): Promise<void> {
  sim.start()
  await sim.settle()
  await sim.pass(40_000)
  sim.daemon?.resync()
  await sim.settle()
}

function replaceLockfile(sim: Sim, command: Command & { do: 'lose' | 'restore' }): void {
  sim.crash(command.do === 'lose' && command.isCarriedOut)
  sim.disk.replace((command.do === 'restore' && sim.disk.before.at(-command.age)) || new Map())
  sim.isForgetful = true
  sim.ledger.forget()
  sim.start()
}

function startSecond(sim: Sim): void {
  if (sim.disks.length > 1) return
  sim.disks.push(new Disk())
  sim.isForgetful = true
  sim.ledger.forget()
  sim.start(sim.disks[1])
}
