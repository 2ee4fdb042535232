// Engine entry: a plain Node process that holds one model. Never imports Electron; ends with the program that started it.
import { createEngineHandlers } from './jobs/engine-handlers.ts'
import { serveJobs } from './jobs/serve-jobs.ts'

serveJobs(createEngineHandlers())
