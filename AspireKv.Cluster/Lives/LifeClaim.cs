using AspireKv.Cluster.Topology;

namespace AspireKv.Cluster.Lives;

/// <summary>What a process says of its files, so that others can tell whether they are the newest of its node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Incarnation">The incarnation of the files.</param>
/// <param name="Starts">The starts over these files, in order, this process's last of all; the oldest ones may be left out.</param>
/// <param name="Position">What is durable now in the write-ahead log.</param>
public sealed record LifeClaim(NodeId Node, ulong Incarnation, IReadOnlyList<LifeStart> Starts, long Position)
{
    /// <summary>The start of the process that speaks.</summary>
    public LifeStart Current => Starts[^1];

    /// <summary>True when the files hold all that the node showed when the mark was made.</summary>
    /// <remarks>
    /// Of the present start nothing is compared but its word: a message that was sent before may arrive after one that shows more.
    /// </remarks>
    public bool Reaches(LifeMark mark)
    {
        for (var i = 0; i < Starts.Count; i++)
        {
            if (Starts[i].Number == mark.Number)
            {
                return Starts[i].Word == mark.Word && (i + 1 == Starts.Count || Starts[i + 1].Position >= mark.Position);
            }
        }

        return false;
    }
}
