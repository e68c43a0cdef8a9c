using System.Net;
using System.Text;

namespace AspireKv.AccessTokens.Tests.Support;

/// <summary>Stands in for the auth service's key document, and counts who asks.</summary>
internal sealed class FakeJwks : HttpMessageHandler
{
    private int _requests;

    public FakeJwks(params TestKey[] keys) => Publish(keys);

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What is answered; replace it to play a broken or absent service.</summary>
    public Func<CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = null!;

    public void Publish(params TestKey[] keys) =>
        AnswerText($$"""{"keys":[{{string.Join(',', keys.Select(key => key.Jwk))}}]}""");

    public void AnswerText(string text) => Answer = _ => Task.FromResult(
        new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, "application/json") });

    public void GoDown() => Answer = _ => throw new HttpRequestException("Connection refused");

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return Answer(cancellationToken);
    }
}
