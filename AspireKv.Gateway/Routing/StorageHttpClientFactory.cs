using Yarp.ReverseProxy.Forwarder;

namespace AspireKv.Gateway.Routing;

/// <summary>Gives the proxy the stream's handler for storage nodes, and an ordinary HTTP client for the rest.</summary>
internal sealed class StorageHttpClientFactory(StorageMessageHandler storage, ILogger<ForwarderHttpClientFactory> logger) : IForwarderHttpClientFactory
{
    private readonly ForwarderHttpClientFactory _http = new(logger);

    public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) =>
        context.ClusterId == ProxyConfig.StorageCluster ? new HttpMessageInvoker(storage, disposeHandler: false) : _http.CreateClient(context);
}
