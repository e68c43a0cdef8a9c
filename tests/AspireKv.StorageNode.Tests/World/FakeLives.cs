using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Identity;

namespace AspireKv.StorageNode.Tests.World;

/// <summary>Everybody is let in, this node too, unless the test says otherwise.</summary>
internal sealed class FakeLives : ILives
{
    public bool LetsIn { get; set; } = true;

    /// <summary>How far each node was seen to have come.</summary>
    public List<(NodeId Node, long Position)> Seen { get; } = [];

    public bool TakesFrom(NodeId node, ulong process) => LetsIn;

    public void Saw(NodeId node, ulong process, long position) => Seen.Add((node, position));

    public void Gone(NodeId node, ulong process)
    {
    }

    public bool MayVote(Quorum voters) => LetsIn;

    public bool IsKnown(Quorum voters) => LetsIn;
}
