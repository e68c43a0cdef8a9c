using AspireKv.Transport.Contracts;

namespace AspireKv.Access.Nodes;

/// <summary>Asks one node, or every node the same at once. All members may be used from any thread.</summary>
public sealed class NodeSurvey(NodeDirectory nodes, TimeProvider time)
{
    /// <param name="ask">Asks one node; may end with a <see cref="NodeUnreachableException"/>.</param>
    /// <param name="patience">How long a node may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Every node, with its answer or, where it gave none, null.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<IReadOnlyList<(INodeLink Node, TAnswer? Answer)>> AskAllAsync<TAnswer>(
        Func<INodeLink, CancellationToken, Task<TAnswer>> ask, TimeSpan patience, CancellationToken cancellationToken)
        where TAnswer : class =>
        await Task.WhenAll(nodes.Current.All.Select(async node => (node, await AskAsync(node, ask, patience, cancellationToken))));

    /// <summary>Asks one node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="ask">Asks the node; may end with a <see cref="NodeUnreachableException"/>.</param>
    /// <param name="patience">How long the node may take.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its answer or, where it gave none, null.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<TAnswer?> AskAsync<TAnswer>(
        INodeLink node, Func<INodeLink, CancellationToken, Task<TAnswer>> ask, TimeSpan patience, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await ask(node, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (NodeUnreachableException)
        {
            return null;
        }
    }
}
