using System.Diagnostics;
using AspireKv.AccessTokens;
using AspireKv.Cluster.Messages;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Topology;
using AspireKv.StorageNode.Coordination;
using AspireKv.StorageNode.Identity;
using AspireKv.StorageNode.Partitions;
using AspireKv.Transport.Contracts;

namespace AspireKv.StorageNode.Inbox;

/// <summary>
/// Takes what other nodes and gateways ask, checks each request, and brings it to its place. Runs on the connections' read loops:
/// nothing here waits for a disk or for a peer.
/// </summary>
internal sealed class RequestDispatcher(
    HostedPartitions hosted,
    OperationRunner operations,
    AccessTokenValidator tokens,
    ILives lives,
    KnownTopology topology,
    LocalNode self,
    ILogger<RequestDispatcher> logger)
    : IPeerRequestHandler
{
    public void OnPeerRequest(IPeerConnection from, PeerRequest request, ActivityContext trace)
    {
        // Whatever process this is, it is not the node before its files are known to be the newest: nothing is done that it asks.
        if (lives.TakesFrom(from.Identity.Node, from.Identity.ProcessId) && hosted.Find(request.Partition) is { } partition)
        {
            partition.OnRequest(from, request, trace);
        }
        else
        {
            from.Send(PeerResponse.Unanswered(request));
        }
    }

    public void OnDisconnected(IPeerConnection connection) => lives.Gone(connection.Identity.Node, connection.Identity.ProcessId);

    public void OnOperation(IPeerConnection from, long correlation, OperationRequest request)
    {
        if (hosted.Current is not { } partitions)
        {
            from.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.NotReady));
            return;
        }

        if (FindFault(from, request, partitions) is var fault && fault != NotAppliedReason.None)
        {
            from.SendOperationResult(correlation, OperationResult.NotApplied(fault));
            return;
        }

        var partition = request.IsOfSystem ? partitions.System : partitions.For(request.Operation.Key);
        if (from.Identity.Role == PeerRole.Node)
        {
            // The node that forwards it checked the token.
            if (request.RelayTo == NodeId.None || request.RelayTo == self.Id)
            {
                operations.Start(from, correlation, request, partition);
            }
            else
            {
                operations.Relay(from, correlation, request);
            }

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

    private NotAppliedReason FindFault(IPeerConnection from, OperationRequest request, PartitionSet partitions)
    {
        if (from.Identity.Role == PeerRole.Node && topology.Current is { } known && known.Find(from.Identity.Node) is null)
        {
            return NotAppliedReason.NotReady;
        }

        if (!request.IsOfSystem)
        {
            return OperationChecks.FindFault(request.Operation, partitions.MaxValueBytes);
        }

        return from.Identity.Role == PeerRole.Node ? NotAppliedReason.None : NotAppliedReason.Invalid;
    }

    private async Task ContinueAsync(
        ValueTask<AccessTokenResult> pending, IPeerConnection from, long correlation, OperationRequest request, PartitionHost partition)
    {
        AccessTokenResult result;
        try
        {
            result = await pending;
        }
        catch (Exception exception)
        {
            // Not judged is not refused: another node may be able to.
            Log.TokenNotJudged(logger, exception);
            from.SendOperationResult(correlation, OperationResult.NotApplied(NotAppliedReason.NotReady));
            return;
        }

        Continue(result, from, correlation, request, partition);
    }

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
