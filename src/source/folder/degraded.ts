/** What to say when a folder cannot be watched, with the way out for the limits that are known. */
export function degradedMessage(error: Error, scanMs: number): string {
  const code = 'code' in error ? String(error.code) : ''
  const meanwhile = `Until a restart the folder is looked through every ${scanMs / 1000} seconds instead.`
  return [`The folder cannot be watched: ${error.message}.`, ...remedy(code), meanwhile].join(' ')
}

function remedy(code: string): string[] {
  switch (code) {
    case 'ENOSPC':
      return ['Raise the limit of watches: sysctl fs.inotify.max_user_watches=524288.']
    case 'EMFILE':
      return ['Raise the limit of open files (LimitNOFILE=65536) or of watchers: sysctl fs.inotify.max_user_instances=512.']
    default:
      return []
  }
}
