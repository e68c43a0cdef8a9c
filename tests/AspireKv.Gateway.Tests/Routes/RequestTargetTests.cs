using AspireKv.Gateway.Routes;

namespace AspireKv.Gateway.Tests.Routes;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/v1/kv/ns/../x", true)]
    [InlineData("/v1/kv/ns/%2e%2E/x", true)]
    [InlineData("/v1/kv/ns/.%2e", true)]
    [InlineData("/v1/kv/ns/./x", true)]
    [InlineData("/v1/kv/ns/.", true)]
    [InlineData("/..", true)]
    [InlineData("/v1/kv/ns/...", false)]
    [InlineData("/v1/kv/ns/a..", false)]
    [InlineData("/v1/kv/ns/..%2Fx", false)]
    [InlineData("/v1/kv/ns/%252e", false)]
    [InlineData("/v1/kv/ns/a.b", false)]
    public void HasDotSegment_LooksBetweenLiteralSlashes(string path, bool expected)
    {
        Assert.Equal(expected, RequestTarget.HasDotSegment(path));
    }
}
