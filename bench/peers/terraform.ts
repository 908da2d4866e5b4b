import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clock } from '../harness/clock.ts'
import { bodyText } from '../harness/entries.ts'
import { isInstalled } from '../harness/machine.ts'
import type { Contestant } from '../harness/rounds.ts'
import type { Stage } from '../harness/stage.ts'

/** Terraform's state, as far as it is of interest here. */
interface State {
  readonly resources: readonly [Resource]
}

interface Resource {
  readonly name: string
  readonly instances: readonly [{ readonly attributes: { readonly input: object; readonly output: object } }]
}

/**
 * `terraform plan` of a resource for each name, one in a file, all of which its state has as they are.
 * @returns undefined where it is not installed
 * @throws when it cannot be set up, or finds that something is to be done
 */
export async function terraformPlan(stage: Stage, names: readonly string[]): Promise<Contestant | undefined> {
  if (!isInstalled('terraform')) return undefined
  const cwd = stage.folder()
  const [first = ''] = names
  const run = async (...args: readonly string[]) => {
    const log = join(cwd, 'terraform.log')
    const code = await stage.start('terraform', args, { cwd, log, env: { CHECKPOINT_DISABLE: '1' } }).ended // it is not to ask for a newer one
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}: ${readFileSync(log, 'utf8').slice(-2_000)}`)
  }
  writeResource(cwd, first)
  await run('init', '-no-color')
  await run('apply', '-no-color', '-auto-approve')
  for (const name of names) writeResource(cwd, name)
  repeatState(join(cwd, 'terraform.tfstate'), names)
  return async () => {
    const start = clock()
    await run('plan', '-no-color', '-detailed-exitcode')
    return clock() - start
  }
}

/** HCL takes JSON for an object. */
function writeResource(cwd: string, name: string): void {
  writeFileSync(join(cwd, `${name}.tf`), `resource "terraform_data" "${name}" {\n  input = ${bodyText(name)}\n}\n`)
}

/** As it would be after an apply of all, which takes minutes for a thousand. */
function repeatState(path: string, names: readonly string[]): void {
  const state = JSON.parse(readFileSync(path, 'utf8')) as State
  const [sample] = state.resources
  const resources = names.map((name) => {
    const text = JSON.stringify(sample).replaceAll(sample.name, name)
    const resource = JSON.parse(text) as Resource
    Object.assign(resource.instances[0].attributes, { id: randomUUID() })
    return resource
  })
  writeFileSync(path, JSON.stringify({ ...state, resources }, undefined, 2))
}
