import type { Foreseen, OnceOutcome } from '../../daemon/once.ts'
import { rowOf } from '../../log/catalogue.ts'
import { isTerminal, standardOutput, wantsColour } from '../../log/output.ts'
import type { ModuleProblem, SyncEvent } from '../../model/events.ts'
import type { Settings } from '../../settings/settings.ts'
import { reaches } from '../narrate.ts'
import { planDocument } from '../render/plan-document.ts'
import { planLines } from '../render/plan-lines.ts'
import { type Line, renderLines, type Style } from '../render/text.ts'
import { type KeyCounts, KeyTally } from './key-tally.ts'
import { Progress } from './progress.ts'
import { closingLine } from './summary.ts'
import { isWorthALine } from './worth-a-line.ts'

/** What `apply` shows to people: the plan, then how it goes, then what came of it. */
export class Screen {
  readonly #settings: Settings
  readonly #colour = isTerminal() && wantsColour(process.env)
  readonly #output = standardOutput()
  readonly #progress = new Progress(isTerminal(), this.#output)
  readonly #start = performance.now()
  readonly #problems: ModuleProblem[] = []
  readonly #keys = new KeyTally()
  /** The ids of the provider keys that the plan says to stay. */
  readonly #kept = new Set<string>()
  #hasPlan = false

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** What the plan shows is not said again; the rest is said as the log would say it. */
  readonly report = (event: SyncEvent): void => {
    if (event.event === 'source.invalid' && !this.#hasPlan) this.#problems.push(event)
    else if (isWorthALine(event, this.#kept)) this.#say(event)
    this.#progress.count(event)
    this.#keys.count(event)
  }

  readonly foreseen = ({ house, world, plan, requests, pages }: Foreseen): void => {
    const { origin } = house.store
    const lockfile = { type: origin.type === 'found' ? 'found' : origin.reason } as const
    const sight = { declared: { problems: this.#problems }, lockfile, world, plan, requests, pages }
    const document = planDocument(sight, this.#settings)
    this.#hasPlan = true
    for (const change of document.providerKeys) if (change.kind === 'orphan') this.#kept.add(change.id)
    this.#print(planLines(document))
    if (document.summary.writes > 0) this.#print([[]])
    this.#progress.begin(document.summary.writes)
  }

  /** Nothing more is to come that could count. */
  end(): void {
    this.#progress.end()
  }

  finish(outcome: OnceOutcome): void {
    this.end()
    const { counts } = this.#keys
    const line = closingLine(withoutKeys(outcome, counts), counts, performance.now() - this.#start)
    if (line) this.#print([line])
  }

  #say(event: SyncEvent): void {
    const row = rowOf(event)
    if (!reaches(row.level, this.#settings.logLevel)) return
    const [text, style] = SIGNS[row.level] ?? SIGNS.info
    this.#print([[{ style, text }, ' ', row.sentence(event)]])
  }

  #print(lines: readonly Line[]): void {
    this.#progress.above(() => this.#output.write(renderLines(lines, this.#colour)))
  }
}

type Sign = readonly [text: string, style: Style]

const SIGNS: { readonly info: Sign; readonly [level: string]: Sign } = {
  info: ['✓', 'green'],
  warn: ['▲', 'yellow'],
  error: ['×', 'red'],
  fatal: ['×', 'red'],
}

/** An outcome counts what fails of entries and provider keys together; the line says them apart. */
function withoutKeys(outcome: OnceOutcome, { failed, retrying }: KeyCounts): OnceOutcome {
  return { ...outcome, failed: Math.max(0, outcome.failed - failed), retrying: Math.max(0, outcome.retrying - retrying) }
}
