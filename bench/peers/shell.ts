import { join } from 'node:path'
import type { BenchGateway } from '../harness/gateway.ts'
import { isInstalled } from '../harness/machine.ts'
import type { Stage } from '../harness/stage.ts'
import { untilSaid } from '../harness/until.ts'

/** How the shell posts what `inotifywait` names: one after another, or as many at a time as we do. */
export type ShellStyle = 'loop' | 'parallel'

const POST =
  'curl --silent --output /dev/null --request POST --header "authorization: Bearer $TOKEN" --header "content-type: application/json"'

const CONSUMERS = {
  loop: `while IFS= read -r file; do ${POST} --data-binary "@$file" "$URL"; done`,
  parallel: `xargs --delimiter='\\n' --max-args=1 --max-procs=8 sh -c '${POST} --data-binary "@$1" "$URL"' sh`,
} as const

/** What one would otherwise write in a shell for the same purpose. False where its tools are not installed. */
export function isShellPeerInstalled(): boolean {
  return isInstalled('inotifywait') && isInstalled('curl')
}

/** Posts each file that is written or moved into the folder, as it is. @returns once the folder is watched */
export async function startShellPeer(stage: Stage, dir: string, style: ShellStyle, gateway: BenchGateway): Promise<void> {
  const script = `inotifywait --monitor --recursive --event close_write,moved_to --format '%w%f' "$DIR" | ${CONSUMERS[style]}`
  const env = { DIR: dir, TOKEN: gateway.token, URL: `${gateway.url}/access-key-configurations` }
  const log = join(stage.folder(), 'inotifywait.log')
  stage.start('sh', ['-c', script], { env, log })
  await untilSaid(log, 'Watches established')
}
