import type { Topic } from './claim.ts'
import { application } from './claims/application.ts'
import { deployment } from './claims/deployment.ts'
import { hooks } from './claims/hooks.ts'
import { host } from './claims/host.ts'
import { isolation } from './claims/isolation.ts'
import { live } from './claims/live.ts'
import { migrations } from './claims/migrations.ts'
import { model } from './claims/model.ts'
import { recovery } from './claims/recovery.ts'
import { rollout } from './claims/rollout.ts'
import { security } from './claims/security.ts'
import { start } from './claims/start.ts'

/** Those without a cluster first. */
export const TOPICS: readonly Topic[] = [
  start,
  application,
  model,
  hooks,
  security,
  migrations,
  recovery,
  host,
  deployment,
  isolation,
  live,
  rollout,
]
