namespace AspireKv.Storage.Sqlite;

/// <summary>
/// The tables. A change of them is a new <see cref="FormatVersion"/>. An entry lies whole in its column, as in the WAL; what queries look
/// for stands beside it once more. The long column is the last one: what lies before it is read without it.
/// </summary>
internal static class SqliteSchema
{
    public const long FormatVersion = 6;

    public const string Create = """
        CREATE TABLE meta (
            id               INTEGER PRIMARY KEY CHECK (id = 1),
            format_version   INTEGER NOT NULL,
            node             INTEGER NOT NULL,
            incarnation      INTEGER NOT NULL,
            applied_position INTEGER NOT NULL,
            checksum         INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE partitions (
            partition INTEGER PRIMARY KEY,
            snapshot  BLOB NOT NULL,
            checksum  INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE digests (
            partition INTEGER PRIMARY KEY,
            row_count INTEGER NOT NULL,
            digest    INTEGER NOT NULL,
            checksum  INTEGER NOT NULL,
            buckets   BLOB NOT NULL
        ) STRICT;
        CREATE TABLE entries (
            partition      INTEGER NOT NULL,
            key            BLOB NOT NULL,
            checksum       INTEGER NOT NULL,
            is_tombstone   INTEGER NOT NULL,
            stamp_round    INTEGER NOT NULL,
            stamp_node     INTEGER NOT NULL,
            stamp_sequence INTEGER NOT NULL,
            entry          BLOB NOT NULL,
            PRIMARY KEY (partition, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX tombstones ON entries (partition, stamp_round, stamp_node, stamp_sequence) WHERE is_tombstone = 1;
        """;
}
