/**
 * The bare HTTP client: posts bodies with nothing around it.
 * Arguments: a file with an array of bodies, the origin, how many at a time.
 */
import { readFileSync } from 'node:fs'
import { Pool } from 'undici'

const [file = '', origin = '', concurrency = ''] = process.argv.slice(2)
const bodies = /** @type {string[]} */ (JSON.parse(readFileSync(file, 'utf8')))
const pool = new Pool(origin, { connections: Number(concurrency), pipelining: 1 })

await Promise.all(Array.from({ length: Number(concurrency) }, post))
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
