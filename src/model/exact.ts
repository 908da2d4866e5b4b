import type { Declaration } from './configuration.ts'

/**
 * The types by which an editor shows what only a literal can tell: a name or description that is too long, or an empty name. All
 * else is the plain `Declaration`, so that an unknown property is red at any depth. The unmet rule is the type that was expected,
 * so that the editor's message reads it out.
 */

/** One declaration whose name and description were inferred as literals. */
export type Exact<Name, Description> = ExactName<Name> & ExactDescription<Description>

/** Several declarations by name. `Names` and `Descriptions` have one property for each of them. */
export type ExactByName<Names, Descriptions> = { readonly [Key in keyof Names]: ExactName<Names[Key]> } & {
  readonly [Key in keyof Descriptions]: ExactDescription<Descriptions[Key]>
} & (Names extends readonly unknown[] ? 'several configurations have names: { web: { … }, batch: { … } }' : object)

interface ExactName<Name> extends Omit<Declaration, 'name' | 'description'> {
  /** A label, 1 to 255 characters. It need not be unique. */
  readonly name: NameText<Name>
}

interface ExactDescription<Description> {
  /** At most 255 characters. */
  readonly description?: DescriptionText<Description>
}

type NameText<Text> = Text extends string
  ? Text extends ''
    ? 'a name has at least one character'
    : IsLong<Text> extends true
      ? 'a name has at most 255 characters'
      : Text
  : string

type DescriptionText<Text> = Text extends string
  ? IsLong<Text> extends true
    ? 'a description has at most 255 characters'
    : Text
  : string

/**
 * Whether 256 characters can be taken away, sixteen at a time: one or two steps for a usual name. Compilers before TypeScript 7
 * count UTF-16 units, which is stricter for characters outside the Basic Multilingual Plane.
 */
type IsLong<Text extends string, Taken extends 0[] = []> = Taken['length'] extends 16
  ? true
  : Text extends `${infer _1}${infer _2}${infer _3}${infer _4}${infer _5}${infer _6}${infer _7}${infer _8}${infer _9}${infer _10}${infer _11}${infer _12}${infer _13}${infer _14}${infer _15}${infer _16}${infer Rest}`
    ? IsLong<Rest, [...Taken, 0]>
    : false
