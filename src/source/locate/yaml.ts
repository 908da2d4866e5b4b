import type { DocumentEvent, Event, PopEvent, ScalarEvent } from 'js-yaml'
import type { Wanted } from './code.ts'
import type { Segment } from './path.ts'

type Yaml = typeof import('js-yaml')

/** A value in a text of YAML. */
export interface Node {
  readonly type: 'mapping' | 'sequence' | 'scalar'
  /** Its offset; an empty one is nowhere. */
  readonly at: number | undefined
  /** Of a scalar. */
  readonly text: string
  /** Items, or names and values in turn. */
  readonly parts: Node[]
}

/** Where a value is written, as an offset; of what is missing, where the mapping is that lacks it. An alias leads to what it stands for. */
export function offsetIn(document: Node | undefined, { keys, about }: Wanted): number | undefined {
  let node = document
  let at = node?.at
  for (const key of keys) {
    const found = node && memberOf(node, key)
    if (found === undefined) return at
    node = found.value
    at = about === 'value' ? (node.at ?? found.name.at) : found.name.at
  }
  return at
}

function memberOf({ type, parts }: Node, key: Segment): { readonly name: Node; readonly value: Node } | undefined {
  if (type === 'sequence') {
    const item = parts[Number(key)]
    return item && { name: item, value: item }
  }
  const at = parts.findLastIndex((part, index) => index % 2 === 0 && part.text === String(key))
  const [name, value] = at === -1 ? [] : parts.slice(at, at + 2)
  return name && value && { name, value }
}

/**
 * The one document of a text: more are refused. Not recursive, however deep it is nested.
 * @param yaml given, since it is loaded only when it is needed. @throws YAMLException as it does
 */
export function readYaml(yaml: Yaml, text: string): Node | undefined {
  const anchors = new Map<string, Node>()
  const top: Node[] = []
  const open: Node[][] = []
  for (const event of yaml.parseEvents(text, {})) {
    if (event.type === yaml.EVENT_DOCUMENT) open.push(top)
    else if (event.type === yaml.EVENT_POP) open.pop()
    else {
      const node = nodeOf(yaml, text, event, anchors)
      open.at(-1)?.push(node)
      if (event.type === yaml.EVENT_MAPPING || event.type === yaml.EVENT_SEQUENCE) open.push(node.parts)
    }
  }
  return top[0]
}

const NOWHERE: Node = { type: 'scalar', at: undefined, text: '', parts: [] }

function nodeOf(yaml: Yaml, text: string, event: Exclude<Event, DocumentEvent | PopEvent>, anchors: Map<string, Node>): Node {
  const anchor = event.anchorStart === -1 ? undefined : text.slice(event.anchorStart, event.anchorEnd)
  if (event.type === yaml.EVENT_ALIAS) return anchors.get(anchor ?? '') ?? NOWHERE
  const node: Node =
    event.type === yaml.EVENT_SCALAR
      ? { type: 'scalar', at: startOf(yaml, text, event), text: yaml.getScalarValue(text, event), parts: [] }
      : { type: event.type === yaml.EVENT_MAPPING ? 'mapping' : 'sequence', at: event.start, text: '', parts: [] }
  if (anchor !== undefined) anchors.set(anchor, node)
  return node
}

/** With its quotes; of a block, where its text begins. */
function startOf({ SCALAR_STYLE }: Yaml, text: string, { valueStart, style }: ScalarEvent): number | undefined {
  if (valueStart === -1) return undefined
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1
  const blank = /[^ \t\n]/.exec(text.slice(valueStart, valueStart + 1_000))?.index ?? 0
  return valueStart + blank
}
