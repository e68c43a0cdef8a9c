using AspireKv.EndToEnd.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>Looks into the files of nodes that run.</summary>
internal static class ReplicaFiles
{
    /// <summary>
    /// One entry in which the nodes differ, as what they hold of it; null where all replicas of each partition hold the same entries, byte
    /// for byte, and nobody else holds any. What a node has not moved to SQLite yet is not seen.
    /// </summary>
    /// <param name="nodes">The members.</param>
    /// <param name="replicasOf">By partition, the numbers of the nodes that hold it.</param>
    public static string? FindDifference(IReadOnlyList<ServiceProcess> nodes, IReadOnlyDictionary<long, int[]> replicasOf)
    {
        var files = nodes.Select(node => (node.Name, Id: $"{node.Environment["Node__Id"]}", Entries: Read(node))).ToArray();
        foreach (var entry in files.SelectMany(static file => file.Entries.Keys).Distinct())
        {
            var replicas = replicasOf[entry.Partition].Select(static id => $"{id}").ToHashSet();
            var isAlike = files.Where(file => replicas.Contains(file.Id))
                .Select(file => file.Entries.GetValueOrDefault(entry, "nothing")).Distinct().Count() == 1;
            if (!isAlike || files.Any(file => !replicas.Contains(file.Id) && file.Entries.ContainsKey(entry)))
            {
                return $"partition {entry.Partition}, which nodes {string.Join(", ", replicas)} hold, key {entry.Key}: "
                    + string.Join("; ", files.Select(file => $"{file.Name} holds {file.Entries.GetValueOrDefault(entry, "nothing")}"));
            }
        }

        return null;
    }

    private static Dictionary<(long Partition, string Key), string> Read(ServiceProcess node)
    {
        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(node.Environment["Node__DataDirectory"], "entries.sqlite"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT partition, hex(key), stamp_round, stamp_node, stamp_sequence, hex(entry) FROM entries";
        using var row = command.ExecuteReader();
        var entries = new Dictionary<(long, string), string>();
        while (row.Read())
        {
            entries.Add((row.GetInt64(0), row.GetString(1)), $"{row.GetInt64(2)}.{row.GetInt64(3)}.{row.GetInt64(4)} {row.GetString(5)}");
        }

        return entries;
    }
}
