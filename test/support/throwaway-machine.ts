/** This machine, as an overlay in which everything may be changed: what happens in it is gone when it ends. It takes root. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SETUP = `set -eu
mount -t tmpfs tmpfs "$mount"
mkdir "$mount/upper" "$mount/work" "$mount/root"
root=$mount/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$mount/upper,workdir=$mount/work" "$root"
`

/** Why there can be none here, to be said in the title of what is skipped; undefined where it works. */
export const NO_MACHINE = whyNone()

export interface Step {
  readonly code: number
  /** Both outputs, as they came. */
  readonly output: string
}

export interface Visit<Name extends string> {
  readonly steps: Readonly<Record<Name, Step>>
  /** Paths that are there at the end and were not before, without what dpkg and man keep for themselves. */
  readonly left: readonly string[]
}

/**
 * Carries out shell commands in it, one after the other, as root; one that fails does not stop the others.
 * Files of this machine are there as they are, but for other file systems than that of `/`; a file that it does not have is given by `files`,
 * by its path in the machine.
 */
export function visit<Name extends string>(commands: Readonly<Record<Name, string>>, files: Record<string, string>): Visit<Name> {
  const folder = mkdtempSync(join(tmpdir(), 'aigw-sync-machine-'))
  try {
    const names = Object.keys(commands) as Name[]
    mkdirSync(join(folder, 'mount'))
    for (const name of names) writeFileSync(join(folder, `${name}.sh`), commands[name])
    const copies = Object.entries(files).map(([path, file]) => `cp '${file}' "$root${path}"`)
    writeFileSync(join(folder, 'visit.sh'), script(folder, names, copies))
    execFileSync('unshare', ['--mount', '--propagation', 'private', 'sh', join(folder, 'visit.sh')], { stdio: 'pipe' })
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    const steps = names.map((name) => [name, { code: Number(read(`${name}.code`)), output: read(`${name}.out`) }])
    return { steps: Object.fromEntries(steps), left: read('left').split('\n').filter(Boolean) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const KEPT_BY_OTHERS = '/var/lib/dpkg|/var/log|/var/cache/man|/var/cache/debconf|/proc|/dev|/tmp'

function script(folder: string, names: readonly string[], copies: readonly string[]): string {
  const steps = names.map(
    (name) => `code=0
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/scratch sh -c 'cd /scratch; . /dev/stdin' <'${folder}/${name}.sh' >'${folder}/${name}.out' 2>&1 || code=$?
echo $code >'${folder}/${name}.code'`,
  )
  return `mount='${folder}/mount'
${SETUP}
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir "$root/scratch"
# What man-db does after each dpkg takes longer than all the rest.
rm -f "$root/var/lib/man-db/auto-update"
${copies.join('\n')}
${steps.join('\n')}
rm -rf "$root/scratch"
cd "$mount/upper"
find . -mindepth 1 | sed 's/^.//' | grep -Ev '^(${KEPT_BY_OTHERS})(/|$)' | sort >'${folder}/all'
while read -r path; do [ -e "$path" ] || [ -L "$path" ] || echo "$path"; done <'${folder}/all' >'${folder}/left'
`
}

function whyNone(): string | undefined {
  if (process.getuid?.() !== 0) return 'it takes root'
  const probe = `mount=$(mktemp -d); ${SETUP} chroot "$root" true`
  const folder = mkdtempSync(join(tmpdir(), 'aigw-sync-machine-'))
  const { status, error } = spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', probe], {
    env: { ...process.env, TMPDIR: folder },
  })
  rmSync(folder, { recursive: true, force: true })
  return error !== undefined || status !== 0 ? 'an overlay of this machine cannot be mounted here' : undefined
}
