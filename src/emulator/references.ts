/** Which resource refers to which: a configuration to provider keys, an access key to a configuration. */
export interface References {
  /** What `user` refers to from now on, in place of what it referred to before. */
  set(user: string, targets: Iterable<string>): void
  /** Who refers to `target`. */
  users(target: string): ReadonlySet<string>
}

const NOBODY: ReadonlySet<string> = new Set()

export function createReferences(): References {
  const targetsOf = new Map<string, ReadonlySet<string>>()
  const usersOf = new Map<string, Set<string>>()
  return {
    set(user, targets) {
      for (const target of targetsOf.get(user) ?? NOBODY) usersOf.get(target)?.delete(user)
      const wanted = new Set(targets)
      for (const target of wanted) usersOf.set(target, (usersOf.get(target) ?? new Set()).add(user))
      if (wanted.size > 0) targetsOf.set(user, wanted)
      else targetsOf.delete(user)
    },
    users: (target) => usersOf.get(target) ?? NOBODY,
  }
}
