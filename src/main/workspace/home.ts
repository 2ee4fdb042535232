// The user's data folder, where the sample study lives. MMEDIT_HOME moves it.
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const folderName = 'mmedit-workbench'

/** MMEDIT_HOME, else the platform's place: %APPDATA%, ~/Library/Application Support, $XDG_DATA_HOME or ~/.local/share. */
export function dataHome(env: Readonly<Record<string, string | undefined>> = process.env, platform: string = process.platform, home: string = homedir()): string {
  if (env.MMEDIT_HOME)
    return resolve(env.MMEDIT_HOME)
  if (platform === 'win32')
    return join(env.APPDATA || join(home, 'AppData', 'Roaming'), folderName)
  if (platform === 'darwin')
    return join(home, 'Library', 'Application Support', folderName)
  // Relative values are to be ignored, says the XDG Base Directory Specification.
  return join(env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(home, '.local', 'share'), folderName)
}

export function sampleStudyFolder(home: string = dataHome()): string {
  return join(home, 'sample-study')
}
