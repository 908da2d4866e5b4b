import { join } from 'node:path'
import { namesOf, writeModules } from './entries.ts'
import { type BenchGateway, openGateway } from './gateway.ts'
import { apply } from './product.ts'
import type { Stage } from './stage.ts'

/** A folder with many entries, all of which exist on a gateway of its own. */
export interface Crowd {
  readonly gateway: BenchGateway
  readonly cwd: string
  /** `entry-0`, `entry-1`, … */
  readonly names: readonly string[]
}

/** As in `Crowd`, but for the gateway, which is empty. */
export async function gather(stage: Stage, amount: number): Promise<Crowd> {
  const crowd = { gateway: await openGateway(stage), cwd: stage.folder(), names: namesOf('entry', amount) }
  writeModules(join(crowd.cwd, 'configs'), crowd.names)
  return crowd
}

export async function settleDown(stage: Stage, amount: number): Promise<Crowd> {
  const crowd = await gather(stage, amount)
  await apply(stage, { ...crowd, flags: ['--concurrency', '32'] })
  return crowd
}
