import { expect, test } from 'vitest'
import { describeKeyProblem } from '../../src/model/key-problem.ts'
import type { KeyProblem } from '../../src/model/planned.ts'
import { Secret, type SecretSource } from '../../src/model/secret.ts'

const key = { provider: 'openai', name: 'openai-prod' }

function missing(secret: SecretSource, msg: string): KeyProblem {
  return { type: 'secret-missing', key, secret, problem: { reason: 'not-set', msg } }
}

test.each<[string, KeyProblem, string]>([
  [
    'a value that cannot be had',
    missing({ $env: 'OPENAI_API_KEY' }, 'it is not set: set it for the daemon'),
    'the value of openai-prod (openai) cannot be had: secret.env("OPENAI_API_KEY"): it is not set: set it for the daemon',
  ],
  [
    'a message that names the place, which is not named twice',
    missing({ $file: 'key' }, 'expected a value in secret.file("key"), and there is no such file'),
    'the value of openai-prod (openai) cannot be had: expected a value in secret.file("key"), and there is no such file',
  ],
  [
    'a name that nothing has',
    { type: 'provider-key-unknown', key },
    'the account has no provider key called "openai-prod" for openai: make one, or declare its value: { name: "openai-prod", value: secret.env("…") }',
  ],
  [
    'a name that several have',
    { type: 'provider-key-ambiguous', key, ids: ['aigpk_1', 'aigpk_2'] },
    'the account has more than one provider key called "openai-prod" for openai (aigpk_1, aigpk_2): refer to the one that is meant by its id, { id: "aigpk_1" }',
  ],
  [
    'declarations that contradict each other',
    { type: 'provider-key-contradiction', key, sources: ['a.ts', 'b.ts'] },
    'the provider key openai-prod (openai) is declared with different values (a.ts, b.ts): say the same secret everywhere, or give one of them another name',
  ],
  [
    'a name that somebody else’s has',
    { type: 'provider-key-taken', key, ids: ['aigpk_1'] },
    'the account has a provider key called "openai-prod" for openai that is not ours (aigpk_1): refer to it by { id: "aigpk_1" }, or by { name: "openai-prod" } without a value, or give yours another name',
  ],
  [
    'several that are ours',
    { type: 'provider-key-duplicate', key, ids: ['aigpk_1', 'aigpk_2'] },
    'more than one provider key carries our stamp for openai-prod (openai) (aigpk_1, aigpk_2), and it is not clear which to keep; delete all but one',
  ],
])('%s is told with the way out', (_title, problem, expected) => {
  expect(describeKeyProblem(problem)).toBe(expected)
})

test('a value in a module is not told', () => {
  const plain = { $plain: new Secret('sk-canary', 'a.ts') }
  expect(describeKeyProblem(missing(plain, 'it is empty'))).toBe(
    'the value of openai-prod (openai) cannot be had: a value in the module: it is empty',
  )
})
