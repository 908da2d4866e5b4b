import { rowOf } from '../../log/catalogue.ts'
import type { Change } from '../../plan/change.ts'
import type { World } from '../../plan/world.ts'
import { noticeOf } from '../../reconcile/notices.ts'
import { changeDocument } from './change-document.ts'
import { reasonOf } from './reasons.ts'

/** Why a change is planned, or not made: as the log says it where it does, else as the plan does. Null: there is nothing to say. */
export function wordsOf(change: Change, world: World): string | null {
  const notice = noticeOf(change)
  if (notice && notice.event !== 'config.unrestricted') return withoutKey(rowOf(notice).sentence(notice), change.key)
  const document = changeDocument(change, world)
  if (document.kind === 'noop') return change.kind === 'noop' && change.forget ? FORGET : null
  return reasonOf(document)
}

const FORGET = 'neither declared nor on the gateway any more: to be forgotten'

/** The log begins each sentence with what it is about. */
function withoutKey(sentence: string, key: string): string {
  return sentence.startsWith(`${key}: `) ? sentence.slice(key.length + 2) : sentence
}
