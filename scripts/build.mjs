// npm run build: installs, builds and draws what is missing or stale.
import { prepare } from './lib/prepare.mjs'

prepare()
