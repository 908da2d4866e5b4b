import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Kept, Route } from './respond.ts'

/** Beside this room, or beside what was built. */
const FOLDER = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../page/' : './page/', import.meta.url))

const TYPES = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' }

/** What the status page consists of. */
const FILES: Readonly<Record<string, keyof typeof TYPES>> = {
  'index.html': 'html',
  'style.css': 'css',
  'script.js': 'js',
  'view.js': 'js',
  'dom.js': 'js',
  'tables.js': 'js',
  'events.js': 'js',
}

/** The status page, `/` and the files it is made of. Each is read when it is first asked for. */
export function pageRoutes(): readonly Route[] {
  const kept = new Map<string, Kept>()
  const file = (name: string, type: keyof typeof TYPES): Kept => {
    const there = kept.get(name) ?? { status: 200, content: readFileSync(`${FOLDER}${name}`), type: TYPES[type] }
    kept.set(name, there)
    return there
  }
  return Object.entries(FILES).map(([name, type]) => {
    return [name === 'index.html' ? '/' : `/${name}`, { GET: () => file(name, type) }]
  })
}
