/**
 * The pure modules that mutants are made of, each with the test files that have to notice. A module that reads or
 * writes anything is not here: its tests take seconds each.
 */
export const MODULES: Readonly<Record<string, readonly string[]>> = {
  'k8s/settings.ts': ['tests/k8s/settings.test.ts'],
  'k8s/network.ts': ['tests/k8s/network.test.ts', 'stack/tests/golden.test.ts'],
  'k8s/exposure.ts': ['tests/k8s/exposure.test.ts', 'tests/k8s/settings.test.ts'],
  'k8s/autoscaler.ts': ['tests/k8s/autoscaler.test.ts'],
  'k8s/checks.ts': ['tests/k8s/faults.test.ts'],
  'k8s/referring.ts': ['tests/k8s/faults.test.ts', 'stack/tests/golden.test.ts'],
  'k8s/compose.ts': ['tests/k8s/compose.test.ts'],
  'k8s/pod.ts': ['stack/tests/golden.test.ts', 'tests/k8s/hardened-pods.test.ts'],
  'lib/diagnosis/fitness/verdict.ts': ['tests/hooks/gate-verdict.test.ts'],
  'lib/diagnosis/fitness/room.ts': ['tests/hooks/gate-verdict.test.ts'],
  'lib/secrets/plan.ts': ['tests/hooks/secrets-plan.test.ts'],
  'lib/loop/state.ts': ['tests/lib/loop/state.test.ts'],
  'lib/loop/images.ts': ['tests/lib/loop/images.test.ts'],
  'lib/runtimes/log-line.ts': ['tests/lib/runtimes/log-line.test.ts'],
  'lib/loop/skaffold-line.ts': ['tests/lib/loop/skaffold-line.test.ts'],
  'lib/diagnosis/diagnose.ts': ['tests/lib/diagnosis/diagnose.test.ts'],
  'lib/diagnosis/redact.ts': ['tests/lib/diagnosis/redact.test.ts'],
  'lib/diagnosis/machine/verdict.ts': ['tests/lib/diagnosis/machine.test.ts'],
  'apps/assistant-stub/language/grammar.ts': ['apps/assistant-stub/tests/grammar.test.ts'],
  'apps/assistant-stub/language/due.ts': [
    'apps/assistant-stub/tests/grammar.test.ts',
    'apps/assistant-stub/tests/clock.test.ts',
  ],
  'apps/backend/core/recurrence.py': ['apps/backend/tests/test_recurrence.py'],
  'apps/backend/core/tokens.py': ['apps/backend/tests/test_tokens.py'],
  'apps/backend/core/rates.py': ['apps/backend/tests/test_limits.py'],
  'apps/backend/core/fields.py': ['apps/backend/tests/test_tasks.py', 'apps/backend/tests/test_plans.py'],
}
