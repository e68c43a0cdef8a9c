using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Storage.Directories;
using AspireKv.Storage.Failures;
using AspireKv.Storage.Files;
using AspireKv.Storage.Sqlite;
using AspireKv.Storage.Wal;

namespace AspireKv.Storage;

/// <summary>
/// A directory without an identity. The identity is written last of all files, so there may be what a first start left that did not get so
/// far, but nothing that was ever acknowledged; anything more says that the identity was removed. A founding record alone is what is left
/// where damaged files were set aside.
/// </summary>
internal static class FirstUse
{
    /// <summary>Clears what a first start that was cut short left, and draws an identity.</summary>
    /// <exception cref="StorageDamagedException">The directory holds data.</exception>
    public static NodeIdentity Begin(IFileSystem files, DataDirectory directory, FoundingRecord? founding, NodeId node)
    {
        var names = files.ListFiles(directory.Layout.WalDirectory);
        if ((founding is not null && (names.Count > 0 || files.Exists(directory.Layout.SqlitePath)))
            || names.Any(name => SegmentNames.FirstPosition(name) is > 1))
        {
            throw new StorageDamagedException($"The data directory '{directory.Path}' holds data but no identity; its file was removed.");
        }

        SqliteFile.DeleteUnused(directory.Layout.SqlitePath);
        foreach (var name in names)
        {
            files.Delete(Path.Combine(directory.Layout.WalDirectory, name));
        }

        return DataDirectory.NewIdentity(node);
    }
}
