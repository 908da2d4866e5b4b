/**
 * The bare HTTP client: posts bodies with nothing around it.
 * In the environment: `BODIES`, a file with an array of them; `ORIGIN`; `CONCURRENCY`, how many at a time.
 */
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'

const { BODIES = '', ORIGIN = '', CONCURRENCY = '' } = process.env
const bodies = /** @type {string[]} */ (JSON.parse(readFileSync(BODIES, 'utf8')))
const pool = new Pool(ORIGIN, { connections: Number(CONCURRENCY), pipelining: 1 })

await Promise.all(Array.from({ length: Number(CONCURRENCY) }, post))
await pool.close()

async function post() {
  for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
    const answer = await pool.request({
      method: 'POST',
      path: '/access-key-configurations',
      headers: { authorization: 'Bearer emulator', 'content-type': 'application/json' },
      body,
    })
    await answer.body.json()
    if (answer.statusCode !== 201) throw new Error(`answered ${answer.statusCode}`)
  }
}
