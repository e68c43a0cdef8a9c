using System.Diagnostics;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// Takes what other nodes and gateways ask, checks each request, and brings it to its place. Runs on the connections' read loops:
/// nothing here waits for a sync or for a peer, but a key that is not in memory is read from SQLite.
/// </summary>
internal sealed class RequestDispatcher(
    HostedPartitions hosted, OperationRunner operations, OperationChecks checks, AccessTokenValidator tokens)
    : IPeerRequestHandler
{
    public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace) =>
        hosted.Find(request.Partition)?.OnRequest(from, request, trace);

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
    {
        if (hosted.Current is not { } partitions)
        {
            from.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.NotReady));
            return;
        }

        if (!checks.IsValid(request.Operation))
        {
            from.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.Invalid));
            return;
        }

        var partition = partitions.For(request.Operation.Key);
        if (from.Identity.Role == PeerRole.Node)
        {
            // The node that forwards it checked the token.
            operations.Start(from, correlation, request, partition);
            return;
        }

        // The wait has a method of its own, so that an operation whose token is known costs no object for it.
        var validation = tokens.ValidateAsync(request.AccessToken, CancellationToken.None);
        if (validation.IsCompletedSuccessfully)
        {
            Continue(validation.Result, from, correlation, request, partition);
        }
        else
        {
            _ = ContinueAsync(validation, from, correlation, request, partition);
        }
    }

    private async Task ContinueAsync(
        ValueTask<AccessTokenResult> pending, IPeerConnection from, long correlation, OperationRequest request, PartitionHost partition) =>
        Continue(await pending, from, correlation, request, partition);

    private void Continue(
        AccessTokenResult result, IPeerConnection from, long correlation, OperationRequest request, PartitionHost partition)
    {
        if (result.IsValid)
        {
            operations.Start(from, correlation, request, partition);
        }
        else
        {
            // Without keys no token can be judged, so a good one must not be called bad: another node may know.
            var reason = result.Rejection == AccessTokenRejection.KeysNotLoaded
                ? NotAppliedReason.NotReady
                : NotAppliedReason.Unauthorized;
            from.SendOperationResult(correlation, OperationResult.NotApplied(reason));
        }
    }
}
