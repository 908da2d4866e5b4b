import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeHazards, type Facts, hazardOf } from '../../../src/source/folder/hazard.ts'

const ADA = { uid: 1000, name: 'ada' }
const ROOT = { uid: 0, name: 'root' }

function facts(kind: Facts['kind'], uid: number, mode: number): Facts {
  return { path: '/srv/aigw', kind, uid, gid: 50, mode }
}

describe('safe is', () => {
  test.each([
    ['a file of our own', ADA, facts('file', 1000, 0o100644)],
    ['a file of root', ADA, facts('file', 0, 0o100644)],
    ['a file that a group may read', ADA, facts('file', 0, 0o100640)],
    ['a folder of our own', ADA, facts('folder', 1000, 0o040755)],
    ['a parent of root', ADA, facts('parent', 0, 0o040755)],
    ['a parent that everybody may write, with a sticky bit', ADA, facts('parent', 0, 0o041777)],
    ['a parent of our own that its group may write, with a sticky bit', ADA, facts('parent', 1000, 0o041775)],
    ['a link of root, whose permissions say nothing', ADA, facts('link', 0, 0o120777)],
    ['what belongs to root, for root', ROOT, facts('file', 0, 0o100600)],
  ])('%s', (_what, self, given) => {
    expect(hazardOf(given, self)).toBeUndefined()
  })
})

describe('not safe is', () => {
  test.each([
    ['a file of its group', ADA, facts('file', 1000, 0o100664), 'may be written by its group (50)', 'chmod go-w /srv/aigw'],
    ['a file of everybody', ADA, facts('file', 0, 0o100646), 'may be written by everybody', 'chmod go-w /srv/aigw'],
    ['a folder of its group', ADA, facts('folder', 0, 0o040775), 'may be written by its group (50)', 'chmod go-w /srv/aigw'],
    ['a folder of everybody', ADA, facts('folder', 0, 0o041777), 'may be written by everybody', 'chmod go-w /srv/aigw'],
    ['a parent of its group', ADA, facts('parent', 0, 0o040775), 'may be written by its group (50)', 'chmod go-w /srv/aigw'],
    ['a file of another user', ADA, facts('file', 1001, 0o100644), 'belongs to the user 1001', 'chown ada /srv/aigw'],
    ['a file of a user, for root', ROOT, facts('file', 1000, 0o100644), 'belongs to the user 1000', 'chown root /srv/aigw'],
    ['a parent of another user', ADA, facts('parent', 1001, 0o041755), 'belongs to the user 1001', 'chown root /srv/aigw'],
    ['a link of another user', ADA, facts('link', 1001, 0o120777), 'belongs to the user 1001', 'chown -h root /srv/aigw'],
    [
      'what is both',
      ADA,
      facts('folder', 1001, 0o040777),
      'belongs to the user 1001 and may be written by everybody',
      'chown ada /srv/aigw && chmod go-w /srv/aigw',
    ],
  ])('%s', (_what, self, given, why, command) => {
    expect(hazardOf(given, self)).toEqual({ path: '/srv/aigw', why, command })
  })
})

test('whatever a file’s mode is, it is safe exactly where neither its group nor others may write', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0o7777 }), fc.constantFrom('file', 'folder'), (mode, kind) => {
      const maySomebody = ((mode >> 3) & 2) !== 0 || (mode & 2) !== 0
      expect(hazardOf(facts(kind, 1000, mode), ADA) !== undefined).toBe(maySomebody)
    }),
  )
})

test('a path that a shell would take apart is quoted', () => {
  const path = "/srv/ada's modules"
  expect(hazardOf({ ...facts('folder', 0, 0o777), path }, ADA)?.command).toBe(String.raw`chmod go-w '/srv/ada'\''s modules'`)
})

test('several are told one after the other, each with its command', () => {
  const hazards = ['/srv', '/srv/aigw'].map((path) => ({
    path,
    why: 'may be written by everybody',
    command: `chmod go-w ${path}`,
  }))
  expect(describeHazards(hazards)).toBe(
    '/srv may be written by everybody: `chmod go-w /srv`; /srv/aigw may be written by everybody: `chmod go-w /srv/aigw`',
  )
})
