using System.Text;
using AspireKv.Cluster.Operations;
using AspireKv.Gateway.Tests.Hosting;
using AspireKv.ServiceDefaults.StartUp;
using AspireKv.Transport.Contracts;
using Microsoft.AspNetCore.Builder;

namespace AspireKv.Gateway.Tests.KeyValue;

/// <summary>How long a value may be is what the cluster was founded with, and no option of the gateway.</summary>
public sealed class LongestValueTests
{
    private const string Key = "/v1/kv/default/k";

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(1000, false)]
    [InlineData(1000, true)]
    [InlineData(1024 * 1024, false)]
    [InlineData(1024 * 1024, true)]
    [InlineData(16 * 1024 * 1024, false)]
    [InlineData(16 * 1024 * 1024, true)]
    public async Task Put_ValueAsLongAsFounded_IsTakenAndOneByteMoreIsA413(int maxValueBytes, bool chunked)
    {
        await using var gateway = await TestGateway.StartAsync(maxValueBytes: maxValueBytes);

        using var created = await PutAsync(gateway, maxValueBytes, chunked, ifNoneMatch: true);
        using var replaced = await PutAsync(gateway, maxValueBytes, chunked);
        using var refused = await PutAsync(gateway, maxValueBytes + 1, chunked);

        Assert.Equal((201, 204), ((int)created.StatusCode, (int)replaced.StatusCode));
        await Problem.AssertAsync(refused, 413, "value_too_large", "not-applied");
        Assert.Equal(maxValueBytes, (await gateway.Client.GetByteArrayAsync(Key)).Length);
    }

    /// <summary>Each byte comes as an escape of six.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    public async Task SetValue_TextAsLongAsFounded_IsTakenAndOneByteMoreIsA413(int maxValueBytes)
    {
        await using var gateway = await TestGateway.StartAsync(maxValueBytes: maxValueBytes);

        using var taken = await gateway.Client.PostAsync("/set-value", Escaped(maxValueBytes));
        using var refused = await gateway.Client.PostAsync("/set-value", Escaped(maxValueBytes + 1));

        Assert.Equal(200, (int)taken.StatusCode);
        await Problem.AssertJsonAsync(refused, 413, "value_too_large", "not-applied");
        Assert.Equal(maxValueBytes, (await gateway.Client.GetByteArrayAsync(Key)).Length);
    }

    /// <summary>A node may know better, in a cluster of which nodes were started otherwise.</summary>
    [Fact]
    public async Task Put_ThatANodeRefusesForItsSize_IsA413AndAskedOfNoOther()
    {
        await using var gateway = await TestGateway.StartAsync();
        foreach (var node in gateway.Nodes)
        {
            node.Behaviour = _ => new OperationReply(Delivery.Answered, OperationResult.NotApplied(NotAppliedReason.ValueTooLarge));
        }

        using var v1 = await PutAsync(gateway, 10);
        using var json = await gateway.Client.PostAsync("/set-value", Escaped(10));

        await Problem.AssertAsync(v1, 413, "value_too_large", "not-applied");
        await Problem.AssertJsonAsync(json, 413, "value_too_large", "not-applied");
        Assert.Equal(2, gateway.Nodes.Sum(node => node.Arrivals.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_BeforeTheClusterIsKnown_IsNotReadAndReachesNoNode(bool chunked)
    {
        await using var gateway = await TestGateway.StartAsync(isFounded: false);

        using var v1 = await PutAsync(gateway, 10, chunked);
        using var json = await gateway.Client.PostAsync("/set-value", Escaped(10));

        await Problem.AssertAsync(v1, 503, "not_ready", "not-applied");
        await Problem.AssertJsonAsync(json, 503, "not_ready", "not-applied");
        Assert.NotNull(v1.Headers.RetryAfter);
        Assert.All(gateway.Nodes, node => Assert.Empty(node.Arrivals));
    }

    [Theory]
    [InlineData("Gateway:MaxValueBytes")]
    [InlineData("PeerTransport:MaxValueBytes")]
    public void Option_UnderAFormerName_IsNamedAsUnknown(string name)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--{name}=4194304"]);

        var refused = Assert.Throws<StartUpException>(() => GatewayApp.Service.Build(builder));

        Assert.StartsWith($"{name} is no option", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> PutAsync(
        TestGateway gateway, int length, bool chunked = false, bool ifNoneMatch = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Key) { Content = new ByteArrayContent(new byte[length]) };
        request.Headers.TransferEncodingChunked = chunked;
        if (ifNoneMatch)
        {
            request.Headers.Add("If-None-Match", "*");
        }

        return await gateway.Client.SendAsync(request);
    }

    private static StringContent Escaped(int length) =>
        new($$"""{"key":"k","value":"{{string.Concat(Enumerable.Repeat("\\u0061", length))}}"}""", Encoding.UTF8, "application/json");
}
