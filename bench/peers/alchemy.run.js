/**
 * The same configurations as resources of alchemy, one for each body, with the state store it has when none is chosen: a file for
 * each resource. The requests are made by the same bare HTTP client as in `pool.js`.
 * In the environment, since the arguments are alchemy's: `BODIES`, a file with an array of them; `ORIGIN`; `CONCURRENCY`, how many requests at a time.
 */
import { readFileSync } from 'node:fs'
import alchemy, { Resource } from 'alchemy'
import { Pool } from 'undici'

const { BODIES = '', ORIGIN = '', CONCURRENCY = '' } = process.env
const bodies = JSON.parse(readFileSync(BODIES, 'utf8')).map((body) => JSON.parse(body))
const pool = new Pool(ORIGIN, { connections: Number(CONCURRENCY), pipelining: 1 })

const Configuration = Resource('bench::Configuration', async function (_id, body) {
  if (this.phase !== 'create') throw new Error(`there is nothing to ${this.phase} here`)
  const answer = await pool.request({
    method: 'POST',
    path: '/access-key-configurations',
    headers: { authorization: 'Bearer emulator', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { id, name } = await answer.body.json()
  if (answer.statusCode !== 201) throw new Error(`answered ${answer.statusCode}`)
  return { id, name }
})

const app = await alchemy('bench')
await Promise.all(bodies.map((body, index) => Configuration(`entry-${index}`, body)))
await app.finalize()
await pool.close()
