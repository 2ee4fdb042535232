// Whether the backend can be reached, for the banner and for everyone who must ask again after a gap.
import { reactive } from 'vue'

export interface Connection {
  state: 'connecting' | 'open' | 'lost'
  /** Counts the times the connection opened; a change means: what you hold may be old. */
  epoch: number
}

export function createConnection(): Connection {
  return reactive<Connection>({ state: 'connecting', epoch: 0 })
}
