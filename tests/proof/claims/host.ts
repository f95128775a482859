import type { Topic } from '../claim.ts'

export const host: Topic = {
  name: 'host',
  title: 'The whole stack on a host, in a browser',
  claims: [
    {
      says: 'One command brings the stack up without a container engine, with its smoke test, and takes it down without a process left',
      tests: ['tests/lib/host/stack.test.ts'],
    },
    {
      says: 'The page works in a real browser, with the keyboard, and has no finding of axe for WCAG 2.2 AA; titles and messages that are markup are shown as text',
      tests: ['tests/lib/host/long-life.test.ts'],
    },
    {
      says: 'No secret in process lists, logs or files that others may read, while it runs',
      tests: ['tests/lib/host/stack.test.ts'],
    },
    {
      says: 'Data outlives down and up; what was saved outlives the stack, its data and its secrets',
      tests: ['tests/lib/host/long-life.test.ts'],
    },
    {
      says: 'An external PostgreSQL serves as well, every connection encrypted',
      tests: ['tests/database/external.test.ts'],
    },
    {
      says: 'Ctrl-C at any step of `up` leaves nothing behind; a second `up` is refused',
      tests: ['tests/lib/host/interrupted.test.ts'],
    },
    {
      says: 'It starts on machines with a proxy, a conda, a strict umask, a strange path',
      tests: ['tests/lib/host/strangers.test.ts'],
    },
    {
      says: 'A save is served, by a loop in a terminal and by one in the background',
      tests: ['tests/lib/host/dev-loop.test.ts'],
    },
    {
      says: 'Another stack takes one folder, as its guide says',
      tests: ['tests/docs/your-own-stack.test.ts'],
    },
  ],
}
