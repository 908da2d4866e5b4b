import type { HandedOver } from '../../daemon/hand-over.ts'
import { describeFailure } from '../../gateway/failure.ts'
import { because, count } from '../../log/words.ts'
import { printable } from '../../model/printable.ts'

/** What `adopt --from-owner` says at its end. */
export function describeHandOver(
  { done, gone, foreign, failed, failedKeys }: HandedOver,
  { from, to }: { readonly from: string; readonly to: string },
): { readonly text: string; readonly isComplete: boolean } {
  const isComplete = failed.length + failedKeys.length === 0
  const lines = [
    ...gone.map((key) => `${key}: gone from the gateway; it is created again where it is declared`),
    ...foreign.map((key) => `${key}: belongs to another owner or key by its stamp: left alone`),
    ...failed.map(({ key, error }) => `${key}: ${because(describeFailure(error))}`),
    ...failedKeys.map(({ name, id, error }) => `provider key ${name} (${id}): ${because(describeFailure(error))}`),
    isComplete
      ? `${count(done.length, 'configuration')} handed over from ${from} to ${to}; run everything with --owner ${to} from now on`
      : `${count(failed.length, 'configuration')} and ${count(failedKeys.length, 'provider key')} not handed over: nothing is lost, run it again`,
  ]
  return { text: `${lines.map(printable).join('\n')}\n`, isComplete }
}
