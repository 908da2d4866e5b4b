/** What the folder declares of provider keys, and what the environment says they are: without a look at `plan/keys`. */
import type { Seal } from '../../../../src/model/secret.ts'
import { seal } from '../../../support/key-entries.ts'
import type { KeySim } from './sim.ts'

export interface Place {
  readonly name: string
  readonly place: string
}

export function placesOf({ view }: KeySim, name: string): ReadonlySet<string> {
  const uses = [...view.desired.entries.values()].flatMap(({ managedKeys = [] }) => managedKeys)
  return new Set(uses.filter((use) => use.name === name).map(({ secret }) => ('$env' in secret ? secret.$env : '')))
}

/** @returns undefined where it is not declared, is contradicted, or its secret is missing */
export function declaredValue(sim: KeySim, name: string): { readonly value: string; readonly seal: Seal } | undefined {
  const [place, ...others] = placesOf(sim, name)
  const value = others.length === 0 && place !== undefined ? sim.env[place] : undefined
  return value === undefined ? undefined : { value, seal: seal(value) }
}
