import type { Cause } from '../../../k8s/model/cause.ts'

const NODE = /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/
const LIBPQ = /could not translate host name "([^"]+)"/
const OTHERS = /Temporary failure in name resolution|Name or service not known|nodename nor servname/

/** A host name that leads nowhere. Where DNS as a whole is down, that is the cause, and these are its symptoms. */
export const nameCauses: readonly Cause[] = [
  {
    id: 'host-unknown',
    says: new RegExp([NODE, LIBPQ, OTHERS].map(({ source }) => source).join('|')),
    means: ([, one, other], { where, cluster, addresses }) => {
      const host = one ?? other
      const noService = host && !host.includes('.') && cluster?.services.includes(host) === false
      const settings = addresses.length > 0 ? `.env.local (${addresses.join(', ')}) or ` : ''
      return {
        message: host
          ? `${where} looks for the host ${host}, and no ${noService ? 'Service' : 'host'} has that name.`
          : `${where} looks for a host whose name leads nowhere.`,
        cure: noService
          ? `correct the name: kubectl -n ${cluster?.namespace} get services lists them`
          : `correct the address in ${settings}stack/stack.ts`,
        details: host ? [host] : [],
      }
    },
  },
]
