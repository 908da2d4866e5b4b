import { err, ok, type Result } from 'neverthrow'
import * as v from 'valibot'
import type { AccessKeyRef, ObservedConfiguration } from '../model/observed.ts'
import { isId } from '../model/id.ts'
import { decodeMetadata } from '../model/stamp.ts'
import { tight } from '../model/tight.ts'

/** The id of what is asked for by it. */
export const id = v.pipe(v.string(), v.check(isId))

/** Of what is kept. */
const list = <Item extends v.GenericSchema>(item: Item) =>
  v.pipe(
    v.array(item),
    v.transform((items: v.InferOutput<Item>[]) => tight(items)),
  )

const dimension = v.object({ allow: v.exactOptional(list(v.string())) })

const access = v.object({ providers: v.exactOptional(dimension), models: v.exactOptional(dimension) })

const step = v.object({
  type: v.string(),
  keys: v.exactOptional(list(v.object({ id: v.string(), name: v.string(), keyRedacted: v.string() }))),
  keySelectionStrategy: v.exactOptional(v.string()),
})

const rule = v.object({ provider: v.exactOptional(v.string()), model: v.exactOptional(v.string()), steps: list(step) })

/** `AIGatewayAccessKeyConfiguration` of the API document, without what we have no use for. Unknown properties are dropped. */
const configuration = v.object({
  id,
  name: v.string(),
  description: v.exactOptional(v.string()),
  metadata: v.exactOptional(v.string()),
  access: v.exactOptional(access),
  router: v.exactOptional(v.object({ rules: v.exactOptional(list(rule)) })),
  createdAt: v.string(),
  updatedAt: v.string(),
  lastUpdatedBy: v.object({ id: v.string() }),
})

/** `AIGatewayAccessKey` of the API document: who refers to what, and nothing of the key itself. */
const accessKey = v.object({
  id,
  name: v.nullish(v.string()),
  accessKeyConfiguration: v.nullish(v.object({ id })),
})

/** Absolute, or nothing on the last page. */
export const nextPageUri = v.nullish(v.string())

/** `AIGatewayAccessKeyConfigurationList` of the API document. */
const configurationPage = v.object({ aiGatewayAccessKeyConfigurations: v.array(configuration), nextPageUri })

/** `AIGatewayAccessKeyList` of the API document. */
const accessKeyPage = v.object({ aiGatewayAccessKeys: v.array(accessKey), nextPageUri })

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly isLast: boolean
}

export interface ObservedAccessKey extends AccessKeyRef {
  /** The configuration it refers to; left out where there is none. */
  readonly configurationId?: string
}

/** @returns err with the first place where the document is not what the API promises */
export function decodeConfiguration(json: unknown): Result<ObservedConfiguration, string> {
  return check(configuration, json).map(observed)
}

/** @returns err with the first place where the document is not what the API promises */
export function decodeConfigurations(json: unknown): Result<Page<ObservedConfiguration>, string> {
  return check(configurationPage, json).map((page) => ({
    items: page.aiGatewayAccessKeyConfigurations.map(observed),
    isLast: !page.nextPageUri,
  }))
}

/** @returns err with the first place where the document is not what the API promises */
export function decodeAccessKeys(json: unknown): Result<Page<ObservedAccessKey>, string> {
  return check(accessKeyPage, json).map((page) => ({
    items: page.aiGatewayAccessKeys.map(observedAccessKey),
    isLast: !page.nextPageUri,
  }))
}

/** @returns err with the first place where the document is not what the schema says, without a value of it */
export function check<Schema extends v.GenericSchema>(schema: Schema, json: unknown): Result<v.InferOutput<Schema>, string> {
  const result = v.safeParse(schema, json, { abortEarly: true })
  if (result.success) return ok(result.output)
  const [issue] = result.issues
  return err(`the answer's ${v.getDotPath(issue) ?? 'body'} is missing, or not as documented`)
}

function observed(sent: v.InferOutput<typeof configuration>): ObservedConfiguration {
  const { stamp } = decodeMetadata(sent.metadata)
  return { ...sent, lastUpdatedBy: sent.lastUpdatedBy.id, ...(stamp && { stamp }) }
}

function observedAccessKey({ name, accessKeyConfiguration, ...key }: v.InferOutput<typeof accessKey>): ObservedAccessKey {
  return { id: key.id, ...(name && { name }), ...(accessKeyConfiguration && { configurationId: accessKeyConfiguration.id }) }
}
