import { setFlagsFromString } from 'node:v8'

/** A flag of V8, as it is by itself and as a daemon has it. */
interface Choice {
  readonly usual: string
  readonly thrifty: string
}

/**
 * What V8 compiles for speed costs memory that stays: its compilers free what they used in pieces between what is kept. A daemon works in
 * bursts and has years for them.
 *
 * - Its two modules of WebAssembly keep the code that they start with. One function of undici's parser of HTTP takes 23 MB and 0.15 s to be
 *   compiled for speed, more than it saves in 10,000 answers.
 * - A function is called 2,000 times, not 400, before Maglev compiles it. What is hot is so in the first thousand entries.
 */
const CHOICES: readonly Choice[] = [
  { usual: '--wasm-tier-up', thrifty: '--no-wasm-tier-up' },
  { usual: '--wasm-dynamic-tiering', thrifty: '--no-wasm-dynamic-tiering' },
  { usual: '--invocation-count-for-maglev=400', thrifty: '--invocation-count-for-maglev=2000' },
]

/** V8 knows its flags by version, and writes to standard error of one that it does not know: these have been looked at. */
const KNOWN = /^v(?:22|24|26)\./

/**
 * Sets V8 up for little memory, as far as it is known on this Node.js.
 * @returns sets it back: Node.js writes its cache of compiled code at the end, and code is good only for the flags it was written with
 */
export function beThrifty(version: string = process.version): () => void {
  if (!KNOWN.test(version)) return () => undefined
  for (const { thrifty } of CHOICES) setFlagsFromString(thrifty)
  return () => {
    for (const { usual } of CHOICES) setFlagsFromString(usual)
  }
}
