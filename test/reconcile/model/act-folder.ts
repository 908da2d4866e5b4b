/** What may become of the folder. */
import type { Command } from './commands.ts'
import { contentOf } from './contents.ts'
import type { Module } from './folder.ts'
import type { Sim } from './sim.ts'

type FolderCommand = Command & { do: 'put' | 'adopt' | 'remove' | 'break' | 'mend' | 'rename' | 'rekey' | 'hide' | 'show' }

export function writeFolder(sim: Sim, command: FolderCommand): void {
  sim.write((folder) => {
    const { modules, broken } = folder
    const put = (at: string, module: Module) => {
      modules.set(at, module)
      broken.delete(at)
    }
    switch (command.do) {
      case 'put': {
        const key = command.key ?? keyOf(command.path)
        return put(command.path, {
          key,
          configuration: contentOf(key, command.content),
          ...(command.protect && { protect: true }),
        })
      }
      case 'adopt': {
        const unowned = sim.account.all.filter(({ stamp }) => !stamp)
        const adopt = unowned[command.nth % unowned.length]?.id ?? 'aigac_none'
        const key = keyOf(command.path)
        sim.isForgetful = true // a crash between the stamp and the rest leaves what nobody can tell from drift
        return put(command.path, { key, configuration: contentOf(key, command.content), adopt })
      }
      case 'remove':
        modules.delete(command.path)
        return void broken.delete(command.path)
      case 'break':
        return void (modules.has(command.path) && broken.add(command.path))
      case 'mend':
        return void broken.delete(command.path)
      case 'rename': {
        const module = modules.get(command.from)
        if (!module || command.from === command.to) return
        modules.delete(command.from)
        broken.delete(command.from)
        const { configuration, adopt: _, ...rest } = module
        const edited = command.content === undefined ? configuration : contentOf(module.key, command.content)
        const said = command.isSaid && { renamedFrom: module.key }
        return put(command.to, { ...rest, configuration: edited, key: keyOf(command.to), ...said })
      }
      case 'rekey': {
        const module = modules.get(command.path)
        if (module) put(command.path, { ...module, key: command.key })
        return
      }
      case 'hide':
      case 'show':
        folder.isComplete = command.do === 'show'
    }
  })
}

function keyOf(file: string): string {
  return file.replace('.ts', '')
}
