using System.Net;

namespace AspireKv.Access.Nodes;

/// <summary>Where nodes listen for their peers, as this process is to dial them. The host knows how it finds that out.</summary>
public interface INodeAddresses
{
    /// <summary>
    /// The addresses of the node, in the order in which they are to be tried; asked before each attempt to connect. A name stands for all
    /// of its addresses.
    /// </summary>
    /// <param name="name">The name of the node.</param>
    /// <param name="hint">HOST:PORT as the node said when it joined, or empty: where nothing else is known.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="InvalidOperationException">No address is known for the node.</exception>
    ValueTask<IReadOnlyList<EndPoint>> ResolveAsync(string name, string hint, CancellationToken cancellationToken);
}
