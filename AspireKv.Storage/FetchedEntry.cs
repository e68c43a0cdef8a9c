using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Storage;

/// <summary>
/// What SQLite held of one key when it was read: <see cref="StorageEngine.TryFind(int, FetchedEntry, out Entry?)"/> makes the present entry
/// of it.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Below">The entry in SQLite, or null; what memory holds lies above it.</param>
/// <param name="Version">Tells whether SQLite may say otherwise by now.</param>
public sealed record FetchedEntry(StoreKey Key, Entry? Below, long Version);
