import { existsSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'

/** The published API document as a judge over requests and answers. Each check lists what is wrong, in words. */
export interface ApiDocument {
  checkRequest(request: CheckedRequest): string[]
  checkAnswer(answer: CheckedAnswer): string[]
}

export interface CheckedRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query?: URLSearchParams | Readonly<Record<string, string>>
  /** Undefined: none was sent. */
  readonly body?: unknown
}

export interface CheckedAnswer {
  readonly method: string
  readonly path: string
  readonly status: number
  /** Undefined: none came. */
  readonly body?: unknown
}

/** Where the document lies: beside the checkout unless `AIGW_OPENAPI` says otherwise. */
const DOCUMENT_PATH =
  process.env['AIGW_OPENAPI'] ?? new URL('../../../shared/api/ai-gateway.openapi.json', import.meta.url).pathname

/** The document, or undefined (and a word on stderr) when it is not there: contract tests are skipped then. */
export function openDocument(): ApiDocument | undefined {
  if (existsSync(DOCUMENT_PATH)) return readDocument(JSON.parse(readFileSync(DOCUMENT_PATH, 'utf8')))
  console.warn(`Contract tests are skipped: there is no API document at ${DOCUMENT_PATH} (AIGW_OPENAPI names another place).`)
  return undefined
}

/** Any part of the document, read as a tree of objects. */
interface Node {
  readonly [name: string]: Node | undefined
}

type Judge = (schema: Node, what: string, value: unknown) => string[]

/** A judge after this OpenAPI 3.0 document. */
export function readDocument(openApi: unknown): ApiDocument {
  const document = toJsonSchema(openApi) as Node
  const judge = createJudge(document)
  return {
    checkRequest(request) {
      const operation = findOperation(document, request.method, request.path)
      const violations = operation
        ? [...checkQuery(operation, request, judge), ...checkBody(operation, request, judge)]
        : [UNDOCUMENTED]
      return violations.map((violation) => `${request.method} ${request.path}: ${violation}`)
    },
    checkAnswer(answer) {
      const operation = findOperation(document, answer.method, answer.path)
      const violations = operation ? checkResponse(document, operation, answer, judge) : [UNDOCUMENTED]
      return violations.map((violation) => `${answer.method} ${answer.path} ${answer.status}: ${violation}`)
    },
  }
}

const UNDOCUMENTED = 'the document has no such operation'

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` becomes an alternative (it also stands beside `allOf`, without a `type`), and
 * references to schemas go by their names. All else that these schemas say means the same in both.
 */
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, ...rest } = Object.fromEntries(Object.entries(node).map(([name, value]) => [name, toJsonSchema(value)]))
  if (typeof rest['$ref'] === 'string') return { ...rest, $ref: rest['$ref'].replace(/^#\/components\/schemas\//, '') }
  return nullable === true ? { anyOf: [{ type: 'null' }, rest] } : rest
}

function createJudge(document: Node): Judge {
  const ajv = new Ajv({ strict: true, allErrors: true })
  formats.default(ajv)
  ajv.addVocabulary(['example'])
  for (const [name, schema] of Object.entries(document['components']?.['schemas'] ?? {})) ajv.addSchema(schema ?? {}, name)
  return (schema, what, value) => {
    const validate = ajv.compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message = 'is invalid', params }) => {
      return `${what}${instancePath} ${message} ${JSON.stringify(params)}`
    })
  }
}

interface Operation {
  readonly operation: Node
  readonly parameters: readonly Node[]
}

function findOperation(document: Node, method: string, path: string): Operation | undefined {
  const template = Object.keys(document['paths'] ?? {}).find((candidate) => matches(candidate, path))
  const item = document['paths']?.[template ?? '']
  const operation = item?.[method.toLowerCase()]
  if (!item || !operation) return undefined
  const parameters = [...list(item['parameters']), ...list(operation['parameters'])]
  return { operation, parameters: parameters.map((parameter) => resolve(document, parameter)) }
}

/** No path of the document has a word where another has a parameter. */
function matches(template: string, path: string): boolean {
  const wanted = template.split('/')
  const given = path.split('/')
  return (
    wanted.length === given.length && wanted.every((part, index) => (part.startsWith('{') ? given[index] : part === given[index]))
  )
}

function list(node: Node | undefined): readonly Node[] {
  return (node ?? []) as readonly Node[]
}

function resolve(document: Node, node: Node): Node {
  const reference = node['$ref'] as string | undefined
  if (reference === undefined) return node
  const [, ...names] = reference.split('/')
  return names.reduce((parent, name) => parent[name] ?? {}, document)
}

function checkQuery({ parameters }: Operation, { query = {} }: CheckedRequest, judge: Judge): string[] {
  const given = query instanceof URLSearchParams ? [...query] : Object.entries(query)
  return given.flatMap(([name, text], index) => {
    const what = `query parameter ${name}`
    const schema = parameters.find((each) => is(each['in'], 'query') && is(each['name'], name))?.['schema']
    if (!schema) return [`${what} is not documented`]
    if (given.findIndex(([other]) => other === name) !== index) return [`${what} is given twice`]
    return judge(schema, what, is(schema['type'], 'integer') && /^-?\d+$/.test(text) ? Number(text) : text)
  })
}

function is(node: Node | undefined, word: string): boolean {
  return (node as unknown) === word
}

function checkBody({ operation }: Operation, { body }: CheckedRequest, judge: Judge): string[] {
  const schema = content(operation['requestBody'])
  if (body === undefined) return schema ? ['the request needs a body'] : []
  return schema ? judge(schema, 'the body', body) : ['the request takes no body']
}

function content(node: Node | undefined): Node | undefined {
  return node?.['content']?.['application/json']?.['schema']
}

/** `default` is the document's word for errors, and stands for no success. `HEAD` never has a body, whatever is documented. */
function checkResponse(document: Node, { operation }: Operation, answer: CheckedAnswer, judge: Judge): string[] {
  const { method, status, body } = answer
  const response = operation['responses']?.[status] ?? (status >= 400 ? operation['responses']?.['default'] : undefined)
  if (!response) return ['the status is not documented']
  const schema = method === 'HEAD' ? undefined : content(resolve(document, response))
  if (!schema || body === undefined)
    return schema || body !== undefined ? [`a body is ${schema ? 'missing' : 'not documented'}`] : []
  return [...judge(schema, 'the body', body), ...(status >= 400 ? checkStatusCode(body, status) : [])]
}

function checkStatusCode(body: unknown, status: number): string[] {
  const { statusCode } = body as { readonly statusCode?: unknown }
  return statusCode === status ? [] : [`statusCode is ${String(statusCode)}`]
}
