// Trained editors of a study: whole safetensors files, copied in under an id; what is in them is read elsewhere.
import { constants } from 'node:fs'
import { copyFile, mkdir, open, rm } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { namesIn } from './datasets.ts'
import { renameOver, syncFolder, temporaryBeside } from './json-file.ts'
import { firstFree, slug } from './names.ts'
import type { Study } from './open-workspace.ts'

const extension = '.safetensors'

export async function editorIds(study: Study): Promise<string[]> {
  return (await namesIn(study.layout.editors)).filter(name => extname(name) === extension).map(name => basename(name, extension))
}

/** Copies the file to `editors/ID.safetensors`; a reader sees the old one or the new one, never half. */
export async function putEditor(study: Study, id: string, file: string): Promise<void> {
  const target = study.layout.editor(id)
  await mkdir(study.layout.editors, { recursive: true })
  const temporary = temporaryBeside(target)
  try {
    await copyFile(file, temporary, constants.COPYFILE_EXCL)
    const handle = await open(temporary, 'r+')
    try {
      await handle.sync()
    }
    finally {
      await handle.close()
    }
    await renameOver(temporary, target)
  }
  catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(study.layout.editors)
}

/** An id from what the editor is for: `mend-text-sample`, `mend-text-sample-2`, … */
export async function newEditorId(study: Study, name: string): Promise<string> {
  return firstFree(slug(name, 'editor'), new Set(await editorIds(study)))
}

/** False = there was none. */
export async function removeEditor(study: Study, id: string): Promise<boolean> {
  const had = (await editorIds(study)).includes(id)
  if (had)
    await rm(study.layout.editor(id), { force: true })
  return had
}
