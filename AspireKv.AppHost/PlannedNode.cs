namespace AspireKv.AppHost;

/// <summary>A storage node that the AppHost declares.</summary>
/// <param name="Id">The number of the node.</param>
/// <param name="Part">What the node is there for.</param>
/// <param name="IsKnown">
/// Whether other processes are told of the node: where it founds the cluster or has data. Of another one the members tell, once they know
/// it.
/// </param>
internal sealed record PlannedNode(int Id, NodePart Part, bool IsKnown)
{
    public string Name => NodeDirectories.NameOf(Id);
}
