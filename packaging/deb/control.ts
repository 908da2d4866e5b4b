import type { Runtime } from './runtime.ts'

export interface Manifest {
  readonly version: string
  readonly description: string
  readonly license: string
  /** `Name <address>`. */
  readonly author?: string
}

/** Whom Debian's tools name, as long as package.json has no `author`: an address that is nobody's. */
const NOBODY = 'The authors of aigw-sync <nobody@aigw-sync.invalid>'

/** `0.2.0-beta.1` is `0.2.0~beta.1-1`, which sorts before `0.2.0-1`. */
export function debianVersion(version: string): string {
  return `${version.replace('-', '~')}-1`
}

/** @param size of the files, in bytes */
export function controlFile(manifest: Manifest, { architecture, glibc, version }: Runtime, size: number): string {
  return `Package: aigw-sync
Version: ${debianVersion(manifest.version)}
Architecture: ${architecture}
Maintainer: ${manifest.author ?? NOBODY}
Installed-Size: ${Math.ceil(size / 1024)}
Depends: libc6 (>= ${glibc}), libgcc-s1 (>= 3.0) | libgcc1, libstdc++6 (>= 5.2), passwd, procps
Section: admin
Priority: optional
Description: configurations of ngrok's AI Gateway, from a folder
 aigw-sync keeps the access key configurations of ngrok's AI Gateway equal to
 typed modules in a folder: as a daemon, or once. Each is created exactly once,
 whatever fails in between, and nothing of others is touched.
 .
 The package brings its own Node.js ${version} and needs none from the system.
 The service aigw-sync.service is neither enabled nor started by installing it.
`
}

/** The changelog that Debian's tools read; people read `changelog.gz` beside it. @param epoch seconds since 1970 */
export function debianChangelog(manifest: Manifest, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')
  return `aigw-sync (${debianVersion(manifest.version)}) unstable; urgency=medium

  * As published; what changed for those who run it is in changelog.gz.

 -- ${manifest.author ?? NOBODY}  ${date}
`
}
