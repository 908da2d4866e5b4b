import { type Dirent, readdirSync } from 'node:fs'
import { printable } from '../../model/printable.ts'

/** Something in a folder. */
export interface Child {
  /** As the system takes it; of a name that is not UTF-8, something else. */
  readonly name: string
  readonly isFile: boolean
  readonly isFolder: boolean
  readonly fault: NameFault | undefined
}

/** A name that is left out: it could be part of no key, or show as another than it is. */
export interface NameFault {
  /** The name with what is wrong in it written out. */
  readonly shown: string
  /** Goes on from the name. */
  readonly why: string
}

/** What stands for bytes that are no UTF-8 where a name is text. It may be meant, too. */
const REPLACEMENT = '\ufffd'

const CONTROLS = 'has a character in its name that drives terminals, splits lines or turns the direction of writing; rename it'
const NOT_UTF8 = 'has a name that is not UTF-8; rename it'

/** Whether a name, or the names of a path, can be told and used as they are. */
export function isPlainName(name: string): boolean {
  return !name.includes(REPLACEMENT) && printable(name) === name
}

/** What is in a folder. @throws as `readdirSync` does */
export function childrenOf(folder: string): readonly Child[] {
  const children = readdirSync(folder, { withFileTypes: true })
  const names = children.map(({ name }) => name).join('/') // looked at as one, since of ten thousand hardly one is not plain
  if (isPlainName(names)) return children.map((child) => childOf(child, child.name, undefined))
  if (!names.includes(REPLACEMENT)) return children.map((child) => childOf(child, child.name, faultOf(child.name)))
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map((child) => {
    const name = child.name.toString()
    const isText = child.name.equals(Buffer.from(name))
    return childOf(child, name, isText ? faultOf(name) : { shown: bytesShown(child.name), why: NOT_UTF8 })
  })
}

function childOf(entry: Dirent<Buffer> | Dirent, name: string, fault: NameFault | undefined): Child {
  return { name, isFile: entry.isFile(), isFolder: entry.isDirectory(), fault }
}

function faultOf(name: string): NameFault | undefined {
  const shown = printable(name)
  return shown === name ? undefined : { shown, why: CONTROLS }
}

/** ASCII as it is, everything else as the bytes it consists of: `caf\xe9.ts`. */
function bytesShown(name: Buffer): string {
  return Array.from(name, (byte) => {
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  }).join('')
}
