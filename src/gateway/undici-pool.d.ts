/** undici exports its parts by their paths: the pool alone loads in a third of the time that all of it takes. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
