import { dirname, join } from 'node:path'
import { CHECKOUT } from '../shell/state-folder.ts'
import type { Application } from '../stack/application.ts'
import { settingsPath } from '../stack/settings-file.ts'

/** The folders in which what is rendered is written, and how: absolute. */
export function modelFolders({ folder }: Pick<Application, 'folder'>): string[] {
  return [folder, ...['k8s', 'hooks', 'lib'].map((room) => join(CHECKOUT, room))]
}

/** Whether a change of the file may render otherwise. What is in folders of a stack are programs and tests. */
export function isModelFile(application: Pick<Application, 'folder'>, file: string): boolean {
  const [own = '', ...rooms] = modelFolders(application)
  return file.endsWith('.ts') && (dirname(file) === own || rooms.some((room) => file.startsWith(`${room}/`)))
}

/** The same, or whether it is the file of the settings. */
export function isOfModel(application: Pick<Application, 'folder' | 'isMain'>, file: string): boolean {
  return file === settingsPath(application) || isModelFile(application, file)
}
