using System.Globalization;

namespace AspireKv.StorageNode.Commands;

/// <summary>Partitions as an operator names them: numbers and ranges, such as <c>3 17 40-63</c>, and <c>system</c>.</summary>
internal static class PartitionArguments
{
    /// <summary>The partition that holds the topology.</summary>
    public const string System = "system";

    /// <returns>The partitions, each once and in order; null where something is no partition of the cluster.</returns>
    public static IReadOnlyCollection<int>? Parse(IEnumerable<string> arguments, int partitionCount)
    {
        var named = new SortedSet<int>();
        foreach (var argument in arguments)
        {
            if (argument == System)
            {
                named.Add(partitionCount);
                continue;
            }

            var ends = argument.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], partitionCount, out var first) || !TryParse(ends[^1], partitionCount, out var last)
                || last < first)
            {
                return null;
            }

            named.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return named;
    }

    private static bool TryParse(string text, int partitionCount, out int partition) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out partition) && partition < partitionCount;
}
