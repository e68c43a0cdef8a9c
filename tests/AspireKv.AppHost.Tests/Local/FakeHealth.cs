using System.Net;

namespace AspireKv.AppHost.Tests.Local;

/// <summary>Answers every health check with a status that the test decides.</summary>
internal sealed class FakeHealth : HttpMessageHandler
{
    public volatile HttpStatusCode Status = HttpStatusCode.ServiceUnavailable;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent("not yet") });
}
