export default function NotFound() {
  return (
    <main className="notice">
      <h1>There is no such page</h1>
      <p>
        {/* A plain link, because this is part of every first load. */}
        <a href="/">Go to your tasks</a>
      </p>
    </main>
  )
}
