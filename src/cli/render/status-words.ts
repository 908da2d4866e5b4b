import { rowOf } from '../../log/catalogue.ts'
import { describeKeyProblem } from '../../model/key-problem.ts'
import type { Change } from '../../plan/change.ts'
import type { KeyChange } from '../../plan/key-change.ts'
import type { World } from '../../plan/world.ts'
import { noticeOf } from '../../reconcile/notices.ts'
import { changeDocument } from './change-document.ts'
import { keyDocument } from './key-document.ts'
import { keyReason } from './key-lines.ts'
import { reasonOf } from './reasons.ts'

/** Why a change is planned, or not made: as the log says it where it does, else as the plan does. Null: there is nothing to say. */
export function wordsOf(change: Change | KeyChange, world: World): string | null {
  return 'provider' in change ? wordsOfKey(change) : wordsOfEntry(change, world)
}

function wordsOfKey(change: KeyChange): string | null {
  const document = keyDocument(change)
  return document.kind === 'noop' ? null : keyReason(document)
}

function wordsOfEntry(change: Change, world: World): string | null {
  if (change.kind === 'conflict' && change.problem) return describeKeyProblem(change.problem)
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
