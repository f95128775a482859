import type { Bench } from '../../k8s/model/bench.ts'

/** What `npm run bench -- --only loop` edits of the shop. */
export const bench: Bench = {
  page: 'web',
  edits: {
    api: {
      file: 'examples/shop/api/shelf.go',
      text: 'Reading lamp',
      question: (address) => ({ url: `${address}/api/products` }),
    },
    web: {
      file: 'examples/shop/web/src/index.html',
      text: '<h1>The shop',
      question: (address) => ({ url: `${address}/` }),
    },
  },
}
