import { rule } from './rule.ts'

const NODE = /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/
const LIBPQ = /could not translate host name "([^"]+)"/
const OTHERS = /Temporary failure in name resolution|Name or service not known|nodename nor servname/

/** A host name that leads nowhere. Where DNS as a whole is down, that is the cause, and these are its symptoms. */
export const nameRules = [
  rule(
    'host-unknown',
    new RegExp([NODE, LIBPQ, OTHERS].map(({ source }) => source).join('|')),
    (match, place) => {
      const host = match[1] ?? match[2]
      const noService = host && !host.includes('.') && place.cluster?.services.includes(host) === false
      return {
        message: host
          ? `${place.where} looks for the host ${host}, and no ${noService ? 'Service' : 'host'} has that name.`
          : `${place.where} looks for a host whose name leads nowhere.`,
        cure: noService
          ? `correct the name: kubectl -n ${place.cluster?.namespace} get services lists them`
          : 'correct the address in .env.local (DATABASE_URL, OPENAI_BASE_URL) or stack/stack.ts',
      }
    },
  ),
]
