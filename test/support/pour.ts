import type { Socket } from 'node:net'

/** Writes `head` to a connection, and then the same text for as long as it is taken. */
export function pour(socket: Socket, head: string, text: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(text));
  }
  socket.on('drain', more)
  socket.write(head)
  more()
}
