using System.Net;

namespace AspireKv.Access.Nodes;

/// <summary>Where nodes listen for their peers, as this process is to dial them. The host knows how it finds that out.</summary>
public interface INodeAddresses
{
    /// <summary>The address of the node; asked before each attempt to connect.</summary>
    /// <exception cref="InvalidOperationException">No address is known for the node.</exception>
    ValueTask<EndPoint> ResolveAsync(string name, CancellationToken cancellationToken);
}
