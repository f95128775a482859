import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../shell/refusal.ts'
import { openApplication } from '../stack/application.ts'
import { loadSettings } from '../stack/settings-file.ts'
import type { Answer, Question } from './anew.ts'
import { hostModel } from './model.ts'

// A thread that has loaded a stack as it is on the disk now: tells what that asks of this machine, and ends.

async function model(): Promise<Answer> {
  try {
    const { folder, elsewhere }: Question = workerData
    const application = await openApplication(folder)
    const { settings, given } = loadSettings(application)
    return { model: hostModel(application.state, settings, given, 'dev', elsewhere) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

parentPort?.postMessage(await model())
