namespace AspireKv.Cluster.Topology;

/// <summary>The founding members as every process is configured with them: a name for each node's number, both as text.</summary>
public static class MemberNames
{
    /// <param name="members">The names by number.</param>
    /// <param name="setting">What the operator calls them, such as <c>Cluster:Members</c>.</param>
    /// <returns>One line for each fault.</returns>
    public static IEnumerable<string> FindFaults(IReadOnlyDictionary<string, string> members, string setting)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0)
        {
            yield return $"{setting} names no node; set {setting.Replace(":", "__", StringComparison.Ordinal)}__1=node1 and so on, one for "
                + "each founding member.";
        }

        foreach (var (id, name) in members)
        {
            if (!NodeId.TryParse(id, out _))
            {
                yield return $"{setting}:{id} is no node number; it must be from 1 to {NodeId.MaxValue}, without zeros before it.";
            }

            if (!Member.IsName(name))
            {
                yield return
                    $"{setting}:{id} must be a name of letters, digits, '-' and '.', at most {Member.MaxNameLength} characters.";
            }
        }

        if (members.Values.Distinct(StringComparer.OrdinalIgnoreCase).Count() < members.Count)
        {
            yield return $"{setting} gives two nodes the same name.";
        }
    }
}
