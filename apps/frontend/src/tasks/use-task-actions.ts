import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Refused } from '@/client/refused'
import { tell, tellRefusal } from '@/design/toast'
import { changeTask, createTask, deleteTask, restoreTask, toggleTask } from './api'
import { type TaskPages, tasksIn, withBack, withFirst, without, withReplaced } from './cache'
import { localTimeZone } from './due'
import { type Filters, matches } from './filters'
import { newTurns } from './in-turn'
import { tellOtherTabs } from './other-tabs'
import { listsKey } from './queries'
import { refreshLists, refreshTags } from './refresh'
import { changesIn, type Draft, draftOf, inZone, type Task } from './task'
import { type Noted, newUndo } from './undo'
import { comeBackTo, leaveTask } from './use-shortcuts'
import { newVersions } from './versions'

/** Called with what was wanted of an edit that was refused, for another try. */
type Again = (changes: Partial<Draft>, changedElsewhere: boolean) => void

type BringBack = (draft: Draft) => boolean

export interface TaskActions {
  /** When the server refuses it, `bringBack` tells whether what was typed could be put back to where it was typed. */
  add: (draft: Draft, bringBack: BringBack) => void
  toggle: (task: Task) => void
  edit: (task: Task, draft: Draft, again: Again) => void
  remove: (task: Task) => void
  /** Takes back the latest change. */
  undo: () => void
  /** What stays the same of a task when the server gives it its id. */
  keyOf: (id: number) => number
}

/** What one can do to tasks: shown at once, taken back with a word why when the server refuses. */
export function useTaskActions(userId: string, filters: Filters): TaskActions {
  const queryClient = useQueryClient()
  const [kept] = useState(() => ({
    undo: newUndo(),
    inTurn: newTurns<number>(),
    /** How many there have been of each task. */
    changes: new Map<number, number>(),
    versions: newVersions(),
    provisionalIds: new Map<number, number>(),
  }))
  // Read when something is done, so that other filters are no reason to draw every row again.
  const shown = useRef(filters)
  useLayoutEffect(() => {
    shown.current = filters
  }, [filters])
  // What is no refusal is a defect of ours, for the page's error boundary.
  const { mutate } = useMutation({ mutationFn: (run: () => Promise<void>) => run(), throwOnError: true })

  return useMemo(() => {
    const lists = listsOf(queryClient, userId)
    const { undo, inTurn, changes, versions, provisionalIds } = kept

    /** Runs a change in its task's turn, later if the browser is offline; tells it whether it is the last one so far. */
    function change(id: number, run: (isLast: () => boolean) => Promise<void>): void {
      const number = (changes.get(id) ?? 0) + 1
      changes.set(id, number)
      mutate(async () => {
        await inTurn(id, () => run(() => changes.get(id) === number))
        tellOtherTabs(userId)
        if (queryClient.isMutating() === 1) lists.catchUp()
      })
    }

    // Taking something back is no change that could be taken back in turn: that would go round in circles.
    function remove(task: Task, undoable = true): void {
      const takeBack = lists.takeOut(task)
      const noted = undoable ? undo.note(() => restore(task, takeBack)) : undefined
      if (noted) void tellUndoable(`Deleted “${task.title}”.`, noted, task)
      change(task.id, async () => {
        try {
          await deleteTask(userId, task.id)
          lists.refreshTags()
        } catch (error) {
          noted?.forget()
          takeBack()
          lists.refresh()
          await tellRefusal('Not deleted', error)
        }
      })
    }

    function restore(task: Task, putBack: () => void): void {
      putBack()
      change(task.id, async () => {
        try {
          const restored = await restoreTask(userId, task.id)
          versions.note(task.id, versions.newest(task.id, task.version), restored.version)
          lists.put(restored)
          lists.refreshTags()
        } catch (error) {
          lists.refresh()
          await tellRefusal('Not brought back', error)
        }
      })
    }

    function toggle(task: Task, undoable = true): void {
      const wanted = !task.completed
      const now = () => lists.find(task.id) ?? task
      lists.put({ ...now(), completed: wanted })
      const takeBack = () => toggle({ ...now(), completed: wanted }, false)
      const noted = undoable ? undo.note(takeBack) : undefined
      change(task.id, async (isLast) => {
        const version = versions.newest(task.id, now().version)
        try {
          const answer = await toggleTask(userId, task.id, version)
          versions.note(task.id, version, answer.version)
          // The list shows what the next change will make of it already.
          if (!isLast()) return
          if (!matches(answer, shown.current)) leaveTask(task.id)
          const hidden = lists.settle(answer)
          if (answer.recurrence || !undoable) lists.refresh()
          else lists.resort()
          if (hidden && noted)
            void tellUndoable(`${wanted ? 'Completed' : 'Reopened'} “${task.title}”.`, noted, task)
        } catch (error) {
          noted?.forget()
          lists.put({ ...now(), completed: !wanted })
          lists.refresh()
          await tellRefusal(wanted ? 'Not completed' : 'Not reopened', error)
        }
      })
    }

    function edit(task: Task, draft: Draft, again: Again, undoable = true): void {
      const wanted = changesIn(draft, task)
      if (Object.keys(wanted).length === 0) return
      // Only what was changed: the list may know more of the rest by now than the dialog did.
      const now = () => lists.find(task.id) ?? task
      lists.put({ ...now(), ...wanted })
      const takeBack = () => edit(now(), { ...draftOf(now()), ...before(wanted, task) }, again, false)
      const noted = undoable ? undo.note(takeBack) : undefined
      change(task.id, async (isLast) => {
        const version = versions.newest(task.id, task.version)
        try {
          const answer = await changeTask(userId, task.id, inZone(wanted, localTimeZone()), version)
          versions.note(task.id, version, answer.version)
          lists.refreshTags()
          if (!isLast()) return
          lists.settle(answer)
          if (undoable) lists.resort()
          else lists.refresh()
        } catch (error) {
          noted?.forget()
          lists.put({ ...now(), ...before(wanted, task) })
          lists.refresh()
          if (error instanceof Refused && error.status === 412) again(wanted, true)
          else await tellRefusal('Not saved', error, { label: 'Edit again', run: () => again(wanted, false) })
        }
      })
    }

    function add(draft: Draft, bringBack: BringBack): void {
      const provisional = unsaved(userId, draft)
      const filters = shown.current
      lists.putFirst(provisional, filters)
      let made: Task | undefined
      let unwanted = false
      const noted = undo.note(() => {
        unwanted = true
        if (made) remove(made, false)
      })
      change(provisional.id, async () => {
        try {
          made = await createTask(userId, { ...draft, time_zone: localTimeZone() })
          provisionalIds.set(made.id, provisional.id)
          lists.put(made, provisional.id)
          lists.resort()
          lists.refreshTags()
          if (unwanted) remove(made, false)
          else if (!matches(made, filters)) void tell(`Added “${made.title}”; the filters hide it.`)
        } catch (error) {
          noted.forget()
          lists.takeOut(provisional)
          const again = { label: 'Try again', run: () => add(draft, bringBack) }
          await tellRefusal(`Not added: “${draft.title}”`, error, bringBack(draft) ? undefined : again)
        }
      })
    }

    return {
      add,
      toggle: (task) => toggle(task),
      edit: (task, draft, again) => edit(task, draft, again),
      remove: (task) => remove(task),
      keyOf: (id) => provisionalIds.get(id) ?? id,
      undo() {
        if (!undo.last()) void tell('There is nothing to undo.')
      },
    }
  }, [queryClient, userId, kept, mutate])
}

/** Says what was done, with the way back for as long as there is one: it goes with its toast, the focus goes to the task. */
async function tellUndoable(message: string, noted: Noted, { id }: Task): Promise<void> {
  const run = () => {
    noted.takeBack()
    comeBackTo(id)
  }
  noted.untilGone(await tell(message, { label: 'Undo', run }))
}

/** What `changes` are changes of. */
function before(changes: Partial<Draft>, task: Task): Partial<Draft> {
  return Object.fromEntries(Object.entries(draftOf(task)).filter(([fact]) => fact in changes))
}

let unsavedTasks = 0

/** What stands in the list until the server has given the task its id. */
function unsaved(userId: string, draft: Draft): Task {
  const now = new Date().toISOString()
  unsavedTasks += 1
  return {
    ...draft,
    id: -unsavedTasks,
    user_id: userId,
    completed: false,
    time_zone: localTimeZone(),
    version: 0,
    created_at: now,
    updated_at: now,
  }
}

/** All lists of a user's tasks that this page has loaded, under whatever filters. */
function listsOf(queryClient: QueryClient, userId: string) {
  const queryKey = listsKey(userId)
  /** Lists of which the server was asked for news that a change has kept away. */
  const owed = new Set<string>()

  function change(by: (pages: TaskPages, filters: Filters) => TaskPages): void {
    for (const { queryHash, state } of queryClient.getQueryCache().findAll({ queryKey }))
      if (state.isInvalidated || (state.fetchStatus !== 'idle' && !state.fetchMeta?.fetchMore))
        owed.add(queryHash)
    // An answer under way would bring back what is about to change; one that is the first is still needed.
    void queryClient.cancelQueries({ queryKey, predicate: ({ state }) => state.data !== undefined })
    for (const [key, pages] of queryClient.getQueriesData<TaskPages>({ queryKey }))
      if (pages) queryClient.setQueryData(key, by(pages, filtersOf(key)))
  }

  return {
    find(id: number): Task | undefined {
      for (const [, pages] of queryClient.getQueriesData<TaskPages>({ queryKey })) {
        const found = pages && tasksIn(pages).find((task) => task.id === id)
        if (found) return found
      }
    },
    put: (task: Task, id?: number) => change((pages) => withReplaced(pages, task, id)),
    putFirst: (task: Task, shown: Filters) =>
      change((pages, filters) =>
        filters === shown || matches(task, filters) ? withFirst(pages, task) : pages,
      ),
    /** Puts what the server said, and takes it out where it no longer belongs; tells whether that was so anywhere. */
    settle(task: Task): boolean {
      let hidden = false
      change((pages, filters) => {
        if (matches(task, filters)) return withReplaced(pages, task)
        hidden ||= tasksIn(pages).some(({ id }) => id === task.id)
        return without(pages, task.id)
      })
      return hidden
    },
    /** Gives the function that puts it back where it was. */
    takeOut(task: Task): () => void {
      const followers = new Map<string, number | undefined>()
      change((pages, filters) => {
        const tasks = tasksIn(pages)
        const at = tasks.findIndex(({ id }) => id === task.id)
        if (at >= 0) followers.set(JSON.stringify(filters), tasks[at + 1]?.id)
        return without(pages, task.id)
      })
      return () =>
        change((pages, filters) => {
          const key = JSON.stringify(filters)
          return followers.has(key) ? withBack(pages, task, followers.get(key)) : pages
        })
    },
    /** Asks for the news that were kept away; to be called with the last change under way. */
    catchUp() {
      const late = new Set(owed)
      owed.clear()
      refreshLists(queryClient, userId, ({ queryHash }) => late.has(queryHash))
    },
    refresh: () => refreshLists(queryClient, userId),
    /** Asks again for the lists whose order the latest change may have changed. */
    resort: () => refreshLists(queryClient, userId, ({ queryKey }) => filtersOf(queryKey).sort !== 'created'),
    refreshTags: () => refreshTags(queryClient, userId),
  }
}

function filtersOf(queryKey: readonly unknown[]): Filters {
  return queryKey[2] as Filters
}
