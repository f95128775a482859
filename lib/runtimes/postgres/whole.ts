/**
 * Lines of a shell that make a database where there is none: aside, and put into its place once it is whole. Who is
 * killed meanwhile leaves nothing that is taken for a database, as the image itself takes each folder with a PG_VERSION,
 * which initdb writes first of all.
 */
export const WHOLE = `test -s "$PGDATA/PG_VERSION" || (
  place=$PGDATA
  export PGDATA="$PGDATA.making"
  rm -rf "$PGDATA"
  docker-ensure-initdb.sh && mv -T "$PGDATA" "$place"
) || exit`
