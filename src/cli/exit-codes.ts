/** What the process ends with. Scripts and service managers rely on these numbers. */
export const EXIT = {
  /** Everything is as declared. */
  done: 0,
  /** Some entry failed, a module does not load, or a key is in conflict. */
  failed: 1,
  /** `plan --exit-code`: applying would change something on the gateway. */
  changes: 2,
  /** A guard blocked the plan, or its deletions. */
  guarded: 3,
  /** The command line is not understood (`EX_USAGE` of sysexits.h). */
  usage: 64,
  /** The gateway, another daemon, or a full disk stands in the way for the time being (`EX_TEMPFAIL`). */
  temporary: 75,
  /** The token is rejected, a file may not be used, or others may write the folder (`EX_NOPERM`). */
  denied: 77,
  /** Settings, folder or lockfile cannot be worked with, or, in `validate`, a module (`EX_CONFIG`). */
  config: 78,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
