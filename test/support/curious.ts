/** Modules that look for what they should not have. */

/** Declares all that it can lay hands on. */
export const DUMPS = `import { defineConfig, secret } from 'aigw-sync'
import { readFileSync, readdirSync } from 'node:fs'
const tried = (what) => { try { return what() } catch (error) { return String(error) } }
const found = {
  env: process.env, argv: process.argv, execArgv: process.execArgv, globals: Object.keys(globalThis),
  report: tried(() => process.report.getReport()),
  own: tried(() => readFileSync('/proc/self/environ', 'utf8')),
  parent: tried(() => readFileSync('/proc/' + process.ppid + '/environ', 'utf8')),
  temporary: tried(() => readdirSync('/tmp')),
  resources: tried(() => process.getActiveResourcesInfo()),
  reference: secret.env('CANARY'),
}
console.log(found)
console.error(found)
export default defineConfig({ name: 'Dumps', access: {}, metadata: JSON.stringify(found).slice(0, 3000) })
`

/** Imports every module of Node's, and declares what each gives. */
export const IMPORTS_EVERYTHING = `import { builtinModules } from 'node:module'
const found = {}
for (const name of builtinModules) found[name] = await import(name).then((its) => Object.keys(its).length, (error) => String(error))
const own = await import('aigw-sync')
export default { name: 'Everything', access: {}, description: Object.keys(own).join(' '), metadata: JSON.stringify(found).slice(0, 3000) }
`

/** Throws with its surroundings in the error. */
export const THROWS = `import { secret } from 'aigw-sync'
throw Object.assign(new Error(JSON.stringify([process.env, secret.file('/etc/passwd')])), { env: process.env, cause: globalThis })
`
