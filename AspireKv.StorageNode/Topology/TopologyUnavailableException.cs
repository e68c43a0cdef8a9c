namespace AspireKv.StorageNode.Topology;

/// <summary>The topology could not be read or changed now.</summary>
/// <param name="isUnknown">True where a change may have been made, or may yet be.</param>
internal sealed class TopologyUnavailableException(bool isUnknown)
    : Exception(isUnknown ? "Whether the topology was changed is not known." : "The system partition has no quorum that answers.")
{
    public bool IsUnknown => isUnknown;
}
