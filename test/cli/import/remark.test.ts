import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { remark } from '../../../src/cli/import/remark.ts'
import { hostileText } from './observed.ts'

test.each(['openai-prod', 'OpenAI (EU), team a', 'größe_2', '鍵', 'a/b #2'])('%s is said', (name) => {
  expect(remark(name)).toBe(name)
})

test.each([
  '',
  ' openai',
  'a\nb',
  'a\u2028b',
  '*/ x',
  '@ts-ignore',
  '# sourceMappingURL=data:x',
  'eslint-disable-line',
  'prettier-ignore',
  'NOSONAR',
  'sk-proj-1234',
  'a'.repeat(24),
])('%j is not', (name) => {
  expect(remark(name)).toBeUndefined()
})

test('what is said can end neither a line nor a comment', () => {
  fc.assert(
    fc.property(hostileText, (name) => {
      // oxlint-disable-next-line no-control-regex -- control characters are what this is about
      expect(remark(name) ?? '').not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\*\/|^[@#]/)
    }),
  )
})
