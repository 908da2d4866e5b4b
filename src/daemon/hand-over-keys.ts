import { err, ok, type Result } from 'neverthrow'
import type { GatewayError } from '../gateway/errors.ts'
import { describeFailure } from '../gateway/failure.ts'
import type { ProviderKeyGateway } from '../gateway/gateway.ts'
import type { AppliedEntry } from '../lockfile/lockfile.ts'
import type { Report } from '../model/events.ts'
import type { ObservedProviderKey } from '../model/provider-key.ts'
import { encodeMetadata, type Stamp } from '../model/stamp.ts'
import { fingerprintsIn } from '../plan/keys/records.ts'
import { waitAfter } from '../reconcile/patience.ts'

export interface KeyHandOverParts {
  readonly gateway: ProviderKeyGateway
  readonly formerOwner: string
  readonly owner: string
  readonly retries: number
  readonly report: Report
}

/** A provider key that was not handed over. */
export interface KeyNotHandedOver {
  readonly id: string
  readonly name: string
  readonly error: GatewayError
}

/**
 * Gives the provider keys that the lockfile knows the new owner in their stamps, which are otherwise as they were: so is what is
 * known of their values.
 * @returns those that could not be handed over; one that carries another stamp by now is none of ours
 */
export async function handOverKeys(
  parts: KeyHandOverParts,
  entries: ReadonlyMap<string, AppliedEntry>,
): Promise<Result<readonly KeyNotHandedOver[], GatewayError>> {
  const known = fingerprintsIn(entries)
  if (known.size === 0) return ok([])
  const listed = await parts.gateway.list()
  if (listed.isErr()) return err(listed.error)
  const former = listed.value.filter(({ id, stamp }) => known.has(id) && stamp?.owner === parts.formerOwner)
  const outcomes = await Promise.all(former.map((key) => restamp(parts, key)))
  return ok(outcomes.flatMap((outcome) => outcome ?? []))
}

async function restamp(parts: KeyHandOverParts, key: ObservedProviderKey): Promise<KeyNotHandedOver | undefined> {
  const { gateway, retries, report, formerOwner, owner } = parts
  const { id, provider, name } = key
  const { signal } = new AbortController()
  const retrying = (error: GatewayError, attempt: number, delayMs: number): void =>
    report({ event: 'provider-key.retrying', provider, name, attempt, delayMs, ...describeFailure(error) })
  for (let attempt = 1; ; attempt++) {
    const looked = await gateway.find(id)
    if (looked.isErr()) return { id, name, error: looked.error }
    const stamp = looked.value?.stamp
    if (stamp?.owner !== formerOwner) return undefined
    const metadata = encodeMetadata({ ...stamp, owner } satisfies Stamp)
    const written = await gateway.update(id, { metadata }, { subject: { provider, name } })
    if (written.isOk()) return undefined
    if (!(await waitAfter({ retries, retrying }, { attempt, error: written.error, signal })))
      return { id, name, error: written.error }
  }
}
