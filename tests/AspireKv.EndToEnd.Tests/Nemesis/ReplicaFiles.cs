using AspireKv.EndToEnd.Tests.Processes;
using Microsoft.Data.Sqlite;

namespace AspireKv.EndToEnd.Tests.Nemesis;

/// <summary>Looks into the files of nodes that run, each of which holds a replica of every partition.</summary>
internal static class ReplicaFiles
{
    /// <summary>
    /// One entry in which the nodes differ, as what they hold of it; null where all hold the same entries, byte for byte. What a node has
    /// not moved to SQLite yet is not seen.
    /// </summary>
    public static string? FindDifference(IReadOnlyList<ServiceProcess> nodes)
    {
        var replicas = nodes.Select(Read).ToArray();
        var differing = replicas.SelectMany(static replica => replica.Keys).Distinct().FirstOrDefault(
            entry => replicas.Select(replica => replica.GetValueOrDefault(entry, "nothing")).Distinct().Count() > 1);
        return differing == default
            ? null
            : $"partition {differing.Partition} key {differing.Key}: " + string.Join("; ", nodes.Zip(
                replicas, (node, replica) => $"{node.Name} holds {replica.GetValueOrDefault(differing, "nothing")}"));
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
