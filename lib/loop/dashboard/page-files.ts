import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, stop } from 'esbuild'

export interface PageFile {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface PageFiles {
  /** @returns undefined where the page has no such file */
  readonly file: (path: string) => Promise<PageFile | undefined>
}

const SOURCES = new URL('./page/', import.meta.url)
const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  css: 'text/css',
  html: 'text/html',
  svg: 'image/svg+xml',
}

/** The page's files, bundled when they are asked for first. */
export function openPage(): PageFiles {
  let bundled: Promise<ReadonlyMap<string, PageFile>> | undefined
  return {
    file: async (path) => {
      bundled ??= bundle()
      return (await bundled).get(path === '/' ? '/index.html' : path)
    },
  }
}

async function bundle(): Promise<ReadonlyMap<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: { page: fileURLToPath(new URL('main.tsx', SOURCES)) },
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    outdir: '/',
    write: false,
  })
  // Its process would stay as long as the loop.
  await stop()
  const own = ['index.html', 'icon.svg'].map(
    (name) => [`/${name}`, readFileSync(new URL(name, SOURCES))] as const,
  )
  const made = outputFiles.map(({ path, contents }) => [path, Buffer.from(contents)] as const)
  return new Map([...own, ...made].map(([path, contents]) => [path, fileOf(path, contents)]))
}

function fileOf(path: string, contents: Buffer): PageFile {
  const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'text/plain'
  return {
    headers: {
      'content-type': `${type}; charset=utf-8`,
      'content-encoding': 'gzip',
      'cache-control': 'no-cache',
    },
    body: gzipSync(contents),
  }
}
