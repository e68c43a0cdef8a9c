using AspireKv.Access.Nodes;
using AspireKv.Access.Sending;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.KeyValue;
using Yarp.ReverseProxy.Model;

namespace AspireKv.Gateway.Proxy;

/// <summary>
/// The last step of the proxy's pipeline for the routes of data, in the place of the proxy's own forwarder: takes the node that the load
/// balancing policy chose, sends the operation on the stream to that node, and writes the answer. Requests of other routes go on to the
/// forwarder.
/// </summary>
internal sealed class OperationMiddleware(
    RequestDelegate next, OperationSender sender, NodeDirectory nodes, ILogger<OperationMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        DataRequest.Of(context) is { } request ? ExecuteAsync(context, request) : next(context);

    private async Task ExecuteAsync(HttpContext context, DataRequest request)
    {
        OperationResult result;
        try
        {
            result = FindNode(context) is { } node
                ? await sender.SendAsync(request, node, context.RequestAborted)
                : EndOfFailed(request);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            Log.OperationFailed(logger, exception);
            result = EndOfFailed(request);
        }

        request.Result = result;
        await OperationAnswer.WriteAsync(context, request, result);
    }

    /// <summary>The node that the policy chose, or null when there was none to choose.</summary>
    private INodeLink? FindNode(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (proxy.AvailableDestinations is not [DestinationState destination, ..]
            || nodes.Current.Find(destination.DestinationId) is not { } node)
        {
            return null;
        }

        proxy.ProxiedDestination = destination;
        return node;
    }

    /// <summary>What is known of an operation of which no node told the end.</summary>
    private static OperationResult EndOfFailed(DataRequest request) =>
        request.IsRead || request.IsSent ? OperationResult.Unknown : OperationResult.NotApplied(NotAppliedReason.NotReady);
}
