// Which study to open: the folder that was named, else the sample study in the user's data folder.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sampleStudyFolder } from '../workspace/home.ts'
import { layoutOf } from '../workspace/layout.ts'
import { findResources } from '../workspace/resources.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import type { Study } from '../workspace/open-workspace.ts'
import { openSampleStudy } from '../workspace/sample-study.ts'
import { describeEditor } from './editor-cases.ts'
import { describeCheckpoint } from './model-cases.ts'

/** `resources/sample-study`, above this file in the sources, a build or a package. Throws a sentence if it is nowhere. */
export function findSampleResources(from: string = dirname(fileURLToPath(import.meta.url))): string {
  const found = findResources('sample-study', from)
  if (found === undefined)
    throw new Error(`The folder resources/sample-study that comes with the program is not above '${from}'. Is the program complete? --workspace DIR opens a study of your own.`)
  return found
}

/** Opens a study for reading or writing; `progress` hears what the first use of the sample study is doing. */
export async function openStudy(workspace: string | undefined, access: 'read' | 'write', progress?: (sentence: string) => void): Promise<Study> {
  if (workspace !== undefined)
    return openWorkspace(workspace, { access })
  const folder = sampleStudyFolder()
  const open = (as: 'read' | 'write'): Promise<Study> => openSampleStudy({ resources: findSampleResources(), folder, describeModel: describeCheckpoint, describeEditor: async path => (await describeEditor(path)).notes, access: as, ...(progress ? { progress } : {}) })
  // Reading alone does not make a study: on first use it is made, then given back and read.
  if (access === 'read' && !existsSync(layoutOf(folder).workspace))
    await (await open('write')).close()
  return open(access)
}
