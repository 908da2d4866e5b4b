/** What is told of a daemon in one line. */
export interface Picture {
  readonly gateway: 'reached' | 'failing' | 'unreachable' | 'rejecting' | 'not-reached-yet'
  readonly entries: number
  /** What is declared was compared with the gateway: before that nobody knows what is to be done. */
  readonly isPlanned: boolean
  /** Being worked on. */
  readonly pending: number
  /** Failing, for good or for the time being. */
  readonly failing: number
  readonly conflicts: number
  /** Modules that do not load. */
  readonly invalid: number
  /** What keeps plans from being carried out. */
  readonly guards: number
}

/** `1204 entries; 2 failing, 1 module does not load`, with the gateway first where that is the trouble. */
export function statusLine({ gateway, entries, isPlanned, pending, failing, conflicts, invalid, guards }: Picture): string {
  const troubles = [
    pending > 0 && `${pending} under way`,
    failing > 0 && `${failing} failing`,
    conflicts > 0 && `${conflicts} in conflict`,
    invalid > 0 && (invalid === 1 ? '1 module does not load' : `${invalid} modules do not load`),
    guards > 0 && 'blocked by a guard',
  ].filter((trouble) => trouble !== false)
  const counted = entries === 1 ? '1 entry' : `${entries} entries`
  const all = `${counted}${troubles.length > 0 ? `; ${troubles.join(', ')}` : gateway === 'reached' && isPlanned ? ', as declared' : ''}`
  const first = TROUBLE[gateway]
  return first === undefined ? all : `${first}; ${all}`
}

const TROUBLE: Readonly<Record<Picture['gateway'], string | undefined>> = {
  reached: undefined,
  failing: 'the gateway does not answer as it should',
  unreachable: 'the gateway is unreachable',
  rejecting: 'the gateway rejects the token',
  'not-reached-yet': 'the gateway was not reached yet',
}
