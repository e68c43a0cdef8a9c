namespace AspireKv.Cluster.Topology;

/// <summary>A node as the cluster knows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">The name under which service discovery finds it, such as <c>node1</c>.</param>
/// <param name="Incarnation">
/// The random number that its data directory was given at its first start. A node that comes back with another one has lost its memory and
/// must not vote.
/// </param>
public sealed record Member(NodeId Id, string Name, ulong Incarnation)
{
    /// <summary>The longest name, in characters; a label of a host name is no longer (RFC 1123).</summary>
    public const int MaxNameLength = 63;

    /// <summary>True for a name that service discovery can look up: ASCII letters, digits and, after the first one, - and dots.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxNameLength }
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');
}
