import type { KeyProblem } from './planned.ts'
import { describeProviderKey } from './provider-key.ts'
import { describeSecret } from './secret.ts'

/** What is wrong with a provider key that an entry declares, and the way out, for people. Never a value. */
export function describeKeyProblem(problem: KeyProblem): string {
  switch (problem.type) {
    case 'secret-missing':
      return secretMissing(problem)
    case 'provider-key-unknown':
      return unknown(problem)
    case 'provider-key-ambiguous':
      return `the account has more than one provider key ${called(problem)} (${problem.ids.join(', ')}): refer to the one that is meant by its id, ${byId(problem)}`
    case 'provider-key-contradiction':
      return `the provider key ${describeProviderKey(problem.key)} is declared with different values (${problem.sources.join(', ')}): say the same secret everywhere, or give one of them another name`
    case 'provider-key-taken':
      return taken(problem)
    case 'provider-key-duplicate':
      return `more than one provider key carries our stamp for ${describeProviderKey(problem.key)} (${problem.ids.join(', ')}), and it is not clear which to keep; delete all but one`
  }
}

type Problem<Type extends KeyProblem['type']> = Extract<KeyProblem, { readonly type: Type }>

/** A message that names the place already does not get it twice. */
function secretMissing({ key, secret, problem: { msg } }: Problem<'secret-missing'>): string {
  const place = describeSecret(secret)
  return `the value of ${describeProviderKey(key)} cannot be had: ${msg.includes(place) ? '' : `${place}: `}${msg}`
}

function unknown({ key }: Problem<'provider-key-unknown'>): string {
  const name = JSON.stringify(key.name)
  return `the account has no provider key ${called({ key })}: make one, or declare its value: { name: ${name}, value: secret.env("…") }`
}

function taken(problem: Problem<'provider-key-taken'>): string {
  const name = JSON.stringify(problem.key.name)
  return (
    `the account has a provider key ${called(problem)} that is not ours (${problem.ids.join(', ')}): ` +
    `refer to it by ${byId(problem)}, or by { name: ${name} } without a value, or give yours another name`
  )
}

function called({ key }: Pick<Problem<'provider-key-unknown'>, 'key'>): string {
  return `called ${JSON.stringify(key.name)} for ${key.provider}`
}

function byId({ ids: [id] }: { readonly ids: readonly string[] }): string {
  return `{ id: ${JSON.stringify(id ?? 'aigpk_…')} }`
}
