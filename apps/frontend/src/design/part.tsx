import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { later } from '@/client/later'
import { Problem } from './problem'
import { tellRefusal } from './toast'

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>

/** A component that is loaded when it is first shown. Where it cannot be, its place says so. */
export function part<Props extends object>(load: Load<Props>, loading: ReactNode): ComponentType<Props> {
  const useLoaded = loadedOnce(load)
  return function Part(props) {
    const { Loaded, error } = useLoaded()
    if (error) return <Problem error={error} />
    return Loaded ? <Loaded {...props} /> : loading
  }
}

/** The same for a dialog. One that cannot be loaded closes again, and a toast says so. */
export function dialogPart<Props extends { onClose: () => void }>(load: Load<Props>): ComponentType<Props> {
  const useLoaded = loadedOnce(load)
  return function DialogPart(props) {
    const { Loaded, error } = useLoaded()
    const { onClose } = props

    useEffect(() => {
      if (!error) return
      onClose()
      void tellRefusal('Not opened', error)
    }, [error, onClose])

    return Loaded && <Loaded {...props} />
  }
}

interface Loading<Props> {
  Loaded?: ComponentType<Props>
  error?: unknown
}

function loadedOnce<Props>(load: Load<Props>): () => Loading<Props> {
  const loadPart = later(load)
  let known: Loading<Props> = {}
  return function useLoaded() {
    const [loading, setLoading] = useState(known)

    useEffect(() => {
      if (known.Loaded) return
      loadPart().then(
        (module) => {
          known = { Loaded: module.default }
          setLoading(known)
        },
        (error) => setLoading({ error }),
      )
    }, [])

    return loading
  }
}
