import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** Makes a folder a disk of 64 KiB of its own, until the test has finished. @returns false where that cannot be had: it takes root */
export function mountTinyDisk(folder: string): boolean {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return false
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]))
  return true
}
