// Preloaded into the daemon with NODE_OPTIONS: a library that throws with the request in its hands when a value is about to be sent, so
// often; in the call itself, or later, where nobody catches it.
'use strict'

const { Socket } = require('node:net')

const write = Reflect.get(Socket.prototype, 'write')
let inTheCall = Number(process.env.CANARY_THROWS ?? 0)
let later = Number(process.env.CANARY_THROWS_LATER ?? 0)

Socket.prototype.write = function (data, ...rest) {
  const text = String(data)
  if (!text.includes('"value":')) return write.call(this, data, ...rest)
  const error = Object.assign(new Error(`cannot write ${text}`), { code: text, request: { body: data }, cause: data })
  if (inTheCall-- > 0) throw error
  if (later-- > 0) {
    process.nextTick(() => {
      throw error
    })
  }
  return write.call(this, data, ...rest)
}
