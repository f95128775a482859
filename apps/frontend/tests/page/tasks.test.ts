import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  loadedFromServer,
  type TaskPages,
  tasksIn,
  withBack,
  withFirst,
  without,
  withReplaced,
} from '../../src/tasks/cache.ts'
import { asLocalInput, dueAs, fromLocalInput } from '../../src/tasks/due.ts'
import { apiQuery, filtersIn, matches, noFilters, pageQuery } from '../../src/tasks/filters.ts'
import { newTurns } from '../../src/tasks/in-turn.ts'
import { commandOf, type Press } from '../../src/tasks/shortcuts.ts'
import { changesIn, draftOf, inZone, type Task } from '../../src/tasks/task.ts'
import { newUndo } from '../../src/tasks/undo.ts'
import { newVersions } from '../../src/tasks/versions.ts'

function task(id: number, facts: Partial<Task> = {}): Task {
  return {
    id,
    user_id: 'u',
    title: `Task ${id}`,
    description: null,
    completed: false,
    priority: 'none',
    tags: [],
    due_at: null,
    recurrence: null,
    time_zone: 'UTC',
    version: 1,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...facts,
  }
}

function pagesOf(...pages: number[][]): TaskPages {
  const total = pages.flat().length
  return {
    pages: pages.map((ids, index) => ({
      tasks: ids.map((id) => task(id)),
      more: index < pages.length - 1,
      total,
    })),
    pageParams: pages.map((_, index) => index),
  }
}

const ids = (pages: TaskPages) => tasksIn(pages).map(({ id }) => id)
const totals = (pages: TaskPages) => pages.pages.map(({ total }) => total)

test('a new task is the first of the first page and counts', () => {
  const before = pagesOf([3, 2], [1])
  const after = withFirst(before, task(-1))
  assert.equal(ids(after), [-1, 3, 2, 1])
  assert.equal(totals(after), [4, 4])
  assert.equal(ids(before), [3, 2, 1])
  assert.is(loadedFromServer(after.pages), 3)
})

test('the server’s task takes the place of the provisional one', () => {
  const after = withReplaced(withFirst(pagesOf([2, 1]), task(-1)), task(9), -1)
  assert.equal(ids(after), [9, 2, 1])
  assert.is(loadedFromServer(after.pages), 3)
})

test('a task that is taken out and put back is where it was, on any page', () => {
  for (const [id, next] of [
    [4, 3],
    [3, 2],
    [1, undefined],
  ] as const) {
    const before = pagesOf([4, 3], [2, 1])
    const out = without(before, id)
    assert.equal(totals(out), [3, 3])
    const back = withBack(out, task(id), next)
    assert.equal(ids(back), [4, 3, 2, 1])
    assert.equal(totals(back), [4, 4])
  }
})

test('taking out what is not there changes nothing', () => {
  const before = pagesOf([2, 1])
  assert.is(without(before, 7), before)
})

test('a task that slid to the next page while it was loaded is listed once', () => {
  assert.equal(ids(pagesOf([3, 2], [2, 1])), [3, 2, 1])
})

test('filters survive the way into the address and back', () => {
  const filters = {
    q: 'tea & 50%',
    status: 'pending',
    priority: 'high',
    tag: 'köln',
    sort: 'due_date',
  } as const
  assert.equal(filtersIn(new URLSearchParams(pageQuery(filters))), filters)
  assert.is(pageQuery(noFilters), '')
})

test('what is wrong in the address is as if it were not there', () => {
  assert.equal(filtersIn(new URLSearchParams('status=maybe&priority=huge&sort=luck&tag=&q=%20')), noFilters)
})

test('the API is asked for an order that starts with what matters', () => {
  assert.match(apiQuery(noFilters), 'sort=created&order=desc')
  assert.match(apiQuery({ ...noFilters, sort: 'due_date' }), 'sort=due_date&order=asc')
  assert.match(apiQuery({ ...noFilters, sort: 'priority' }), 'sort=priority&order=desc')
})

test('a task matches where the API would list it', () => {
  const tea = task(1, {
    title: 'Buy Tea',
    description: 'Green',
    tags: ['Home'],
    priority: 'low',
    completed: true,
  })
  for (const [filters, listed] of [
    [{}, true],
    [{ q: 'tea' }, true],
    [{ q: 'GREEN' }, true],
    [{ q: 'home' }, true],
    [{ q: 'coffee' }, false],
    [{ status: 'completed' }, true],
    [{ status: 'pending' }, false],
    [{ priority: 'low' }, true],
    [{ priority: 'high' }, false],
    [{ tag: 'home' }, true],
    [{ tag: 'hom' }, false],
  ] as const)
    assert.is(matches(tea, { ...noFilters, ...filters }), listed, JSON.stringify(filters))
})

test('an edit sends what differs, with the zone where dates are concerned', () => {
  const before = task(1, { due_at: '2026-03-01T09:00:00Z', tags: ['a'] })
  const changing = (changes: Partial<Task>) => changesIn({ ...draftOf(before), ...changes }, before)
  assert.equal(changing({}), {})
  assert.equal(changing({ due_at: '2026-03-01T10:00:00+01:00' }), {})
  assert.equal(inZone(changing({ title: 'New' }), 'Europe/Berlin'), { title: 'New' })
  assert.equal(inZone(changing({ due_at: null }), 'Europe/Berlin'), {
    due_at: null,
    time_zone: 'Europe/Berlin',
  })
  assert.equal(changing({ tags: [] }), { tags: [] })
})

test('versions that this page made of one another are one; what somebody else made is not', () => {
  const versions = newVersions()
  versions.note(1, 3, 4)
  versions.note(1, 4, 5)
  versions.note(2, 5, 6)
  assert.is(versions.newest(1, 3), 5)
  assert.is(versions.newest(1, 5), 5)
  assert.is(versions.newest(1, 2), 2)
  assert.is(versions.newest(2, 3), 3)
})

const noon = Date.parse('2026-03-11T12:00:00Z')

for (const [due, zone, text, state] of [
  ['2026-03-11T18:00:00Z', 'UTC', 'Today, 18:00', 'today'],
  ['2026-03-11T09:00:00Z', 'UTC', 'Today, 09:00', 'overdue'],
  ['2026-03-12T00:30:00Z', 'UTC', 'Tomorrow, 00:30', 'later'],
  ['2026-03-11T23:30:00Z', 'Europe/Berlin', 'Tomorrow, 00:30', 'later'],
  ['2026-03-12T03:00:00Z', 'America/New_York', 'Today, 23:00', 'today'],
  ['2026-03-10T12:00:00Z', 'UTC', 'Yesterday, 12:00', 'overdue'],
  ['2026-03-13T09:00:00Z', 'UTC', 'Friday, 09:00', 'later'],
  ['2026-03-17T09:00:00Z', 'UTC', 'Tuesday, 09:00', 'later'],
  ['2026-03-18T09:00:00Z', 'UTC', '18 Mar, 09:00', 'later'],
  ['2026-03-04T09:00:00Z', 'UTC', '4 Mar, 09:00', 'overdue'],
  ['2027-01-02T09:00:00Z', 'UTC', '2 Jan 2027, 09:00', 'later'],
  ['9999-12-31T23:59:59Z', 'UTC', '31 Dec 9999, 23:59', 'later'],
] as const)
  test(`${due} in ${zone} is ${text}`, () => {
    const worded = dueAs(due, { now: noon, timeZone: zone })
    assert.is(worded.text, text)
    assert.is(worded.state, state)
  })

test('the night in which the clocks change is one day', () => {
  const before = Date.parse('2026-03-28T22:30:00Z')
  assert.is(dueAs('2026-03-29T21:30:00Z', { now: before, timeZone: 'Europe/Berlin' }).text, 'Tomorrow, 23:30')
})

const press = (key: string, where: Press['in'], held: Partial<Press> = {}): Press => ({
  key,
  control: false,
  alt: false,
  in: where,
  ...held,
})

test('a date field gets back what was typed into it, also in years when clocks were seconds off', () => {
  const zone = process.env.TZ
  for (process.env.TZ of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])
    for (const typed of ['0002-03-04T16:00', '0203-03-04T16:00', '2031-03-04T16:00', '9999-12-30T23:59'])
      assert.is(asLocalInput(fromLocalInput(typed)), typed, process.env.TZ)
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test('no key gives a command while one types', () => {
  for (const key of ['n', '/', 'j', 'k', 'x', 'e', '?', 'Delete', 'ArrowDown'])
    assert.is(commandOf(press(key, 'field')), undefined)
  assert.is(commandOf(press('z', 'field', { control: true })), undefined)
})

test('keys for a task need one; arrows scroll the page where there is none', () => {
  for (const key of ['x', 'e', 'Delete', 'ArrowDown', 'ArrowUp']) {
    assert.is(commandOf(press(key, 'page')), undefined)
    assert.ok(commandOf(press(key, 'task')))
  }
  assert.is(commandOf(press('n', 'page')), 'new')
  assert.is(commandOf(press('?', 'control')), 'help')
})

test('shortcuts of the browser and the system stay theirs', () => {
  assert.is(commandOf(press('n', 'page', { control: true })), undefined)
  assert.is(commandOf(press('e', 'task', { alt: true })), undefined)
  assert.is(commandOf(press('z', 'page', { control: true })), 'undo')
})

test('single keys can be switched off; the others stay', () => {
  assert.is(commandOf(press('n', 'page'), false), undefined)
  assert.is(commandOf(press('x', 'task'), false), undefined)
  assert.is(commandOf(press('Delete', 'task'), false), 'delete')
  assert.is(commandOf(press('z', 'page', { control: true }), false), 'undo')
})

test('undo takes back the latest change first, each once, by whichever way; never one that was refused', () => {
  const done: string[] = []
  const undo = newUndo()
  undo.note(() => done.push('first'))
  const second = undo.note(() => done.push('second'))
  undo.note(() => done.push('refused')).forget()
  second.takeBack()
  second.takeBack()
  assert.ok(undo.last())
  assert.not.ok(undo.last())
  assert.equal(done, ['second', 'first'])
})

test('who offers the way back learns when there is none any more, also too late', () => {
  const gone: string[] = []
  const undo = newUndo()
  const [taken, refused, pushedOut] = [0, 1, 2].map(() => undo.note(() => {}))
  refused?.untilGone(() => gone.push('refused'))
  refused?.forget()
  taken?.takeBack()
  taken?.untilGone(() => gone.push('taken back'))
  pushedOut?.untilGone(() => gone.push('pushed out'))
  for (let more = 0; more < 50; more += 1) undo.note(() => {})
  assert.equal(gone, ['refused', 'taken back', 'pushed out'])
})

test('changes to one task come one after the other, also after one failed; other tasks do not wait', async () => {
  const inTurn = newTurns<number>()
  const log: string[] = []
  let fail = () => {}
  const refused = new Promise<void>((_, reject) => {
    fail = () => reject(new Error('refused'))
  })
  const first = inTurn(1, async () => {
    log.push('first')
    await refused
  })
  const second = inTurn(1, async () => log.push('second'))
  await inTurn(2, async () => log.push('other'))
  assert.equal(log, ['first', 'other'])
  fail()
  await Promise.allSettled([first, second])
  assert.equal(log, ['first', 'other', 'second'])
})

test.run()
