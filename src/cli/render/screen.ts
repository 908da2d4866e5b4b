/** Takes over the terminal, where a line that is too long ends at its edge, and gives it back as it was. */
export const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l'
export const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l'

/**
 * A text as the whole screen, from its top left corner. What does not fit is counted on the last line.
 * @param text lines, each with its end
 * @param rows of the screen
 */
export function screenOf(text: string, rows: number): string {
  const lines = text.split('\n').slice(0, -1)
  const room = Math.max(1, rows - 1)
  const hidden = lines.length - room
  const shown = hidden > 0 ? [...lines.slice(0, room - 1), `… and ${hidden + 1} lines more; a larger window shows them`] : lines
  return `\u001b[H${shown.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`
}
