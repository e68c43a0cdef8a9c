using System.Net;
using AspireKv.Gateway.Cluster;

namespace AspireKv.Gateway.Routing;

/// <summary>
/// Where the proxy believes to send an HTTP request, the operation goes over the batched stream to the node. The answer's HTTP form is made by
/// <see cref="StorageTransforms"/>; the response message is only the proxy's sign that there is one.
/// </summary>
internal sealed class StorageMessageHandler(OperationSender sender, NodeDirectory nodes) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(DataRequest.OptionsKey, out var operation)
            || !request.Options.TryGetValue(StorageTransforms.DestinationKey, out var destination))
        {
            throw new InvalidOperationException("Only operations are sent to storage nodes.");
        }

        operation.Result = await sender.SendAsync(operation, nodes.Get(destination), cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK);
    }
}
