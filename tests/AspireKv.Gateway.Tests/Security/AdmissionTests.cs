using System.Net;
using AspireKv.Gateway.Bodies;
using AspireKv.Gateway.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AspireKv.Gateway.Tests.Security;

/// <summary>What one client may use of a gateway: memory for its bodies, and requests a second.</summary>
public sealed class AdmissionTests
{
    private const string Key = "/v1/kv/ns/key";

    /// <summary>A budget of one MiB, and bodies that may stand still for longer than any test.</summary>
    private static Dictionary<string, string?> Unhurried => new()
    {
        ["Gateway:BodyBudgetBytes"] = $"{1024 * 1024}",
        ["Gateway:MinBytesPerSecond"] = "1",
    };

    /// <summary>One MiB: a quarter for small bodies, and a quarter of the rest for one address.</summary>
    [Fact]
    public async Task Put_BodiesUnderWayTakeTheBudget_OneMoreIs503BeforeItIsReadAndSmallOnesPass()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Unhurried);
        var slow = new SlowContent(300_000);
        var first = SendAdmittedAsync(gateway, HttpMethod.Put, Key, slow, inChunks: false);
        await slow.Admitted.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        await Eventually.TrueAsync(
            async () =>
            {
                using var refused = await gateway.Client.PutAsync(Key, new ByteArrayContent(new byte[200_000]));
                return refused.StatusCode == HttpStatusCode.ServiceUnavailable
                    && refused.Headers.RetryAfter is not null
                    && refused.Headers.GetValues("AspireKv-Outcome").Single() == "not-applied"
                    && (await refused.Content.ReadAsStringAsync()).Contains("overloaded", StringComparison.Ordinal);
            },
            "a large body to be refused while another is under way");
        using var small = await gateway.Client.PutAsync(Key, new ByteArrayContent(new byte[1_000]));
        Assert.True(small.IsSuccessStatusCode, $"{small.StatusCode}");

        slow.Finish();
        using var finished = await first.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(finished.IsSuccessStatusCode, $"{finished.StatusCode}");
        using var large = await gateway.Client.PutAsync(Key, new ByteArrayContent(new byte[200_000]));
        Assert.True(large.IsSuccessStatusCode, $"{large.StatusCode}");
    }

    /// <summary>
    /// Nobody knows the end of a body that comes in chunks, and a JSON text may be six times as long as its value: a body takes what has
    /// come of it, neither as much as it might become nor only as much as the longest value.
    /// </summary>
    [Theory]
    [InlineData(20_000, 300_000, HttpStatusCode.NoContent)]
    [InlineData(600_000, 110_000, HttpStatusCode.ServiceUnavailable)]
    public async Task SetValue_InChunks_TakesWhatHasCome(int slowBytes, int maxValueBytes, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartAsync(settings: Unhurried, maxValueBytes: maxValueBytes);
        var slow = new SlowContent(slowBytes);
        var first = SendAdmittedAsync(gateway, HttpMethod.Post, "/set-value", slow, inChunks: true);
        await slow.Admitted.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await TakenAsync(gateway, slowBytes / 2);

        for (var i = 0; i < 10; i++)
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    using var beside = await gateway.Client.PutAsync(Key, new ByteArrayContent(new byte[100_000]));
                    return beside.StatusCode == expected;
                },
                $"another body to be answered {expected}");
        }

        slow.Finish();
        using var finished = await first.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.Equal(HttpStatusCode.BadRequest, finished.StatusCode);
        using var after = await gateway.Client.PutAsync(Key, new ByteArrayContent(new byte[100_000]));
        Assert.Equal(HttpStatusCode.NoContent, after.StatusCode);
    }

    [Fact]
    public async Task SetValue_InChunksThatGrowBeyondTheBudget_Is503AndNotApplied()
    {
        await using var gateway = await TestGateway.StartAsync(settings: Unhurried, maxValueBytes: 350_000);
        var slow = new SlowContent(300_000);
        var first = SendAdmittedAsync(gateway, HttpMethod.Put, Key, slow, inChunks: false);
        await slow.Admitted.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/set-value")
        {
            Content = new StringContent($$"""{"key":"foo","value":"{{new string('x', 200_000)}}"}"""),
        };
        request.Headers.TransferEncodingChunked = true;
        using var refused = await gateway.Client.SendAsync(request);

        await Problem.AssertJsonAsync(refused, 503, "overloaded", "not-applied");
        slow.Finish();
        using var finished = await first.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        Assert.True(finished.IsSuccessStatusCode, $"{finished.StatusCode}");
    }

    /// <summary>Chunked bodies with their first bytes there: a sixteenth of the budget is 16 times what each has at first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetValue_ManyInChunks_StopAtTheShareOfTheirAddress(bool isFounded)
    {
        await using var gateway = await TestGateway.StartAsync(isFounded, settings: Unhurried, maxValueBytes: 1);
        var slow = Enumerable.Range(0, 16).Select(_ => new SlowContent(8_000)).ToList();
        var requests = slow.ConvertAll(body => SendAdmittedAsync(gateway, HttpMethod.Post, "/get-value", body, inChunks: true));
        await Task.WhenAll(slow.Select(body => body.Admitted)).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        await TakenAsync(gateway, 64 * 1024);

        await Eventually.TrueAsync(
            async () =>
            {
                using var oneMore = await gateway.Client.PostAsync("/get-value", new StringContent("{}"));
                return oneMore.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            "one body more to be refused");
        slow.ForEach(body => body.Finish());
        await Task.WhenAll(requests).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var after = await gateway.Client.PostAsync("/get-value", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.BadRequest, after.StatusCode);
    }

    [Theory]
    [InlineData("Gateway:RequestsPerSecondPerAccount")]
    [InlineData("Gateway:RequestsPerSecondPerAddress")]
    public async Task Get_MoreRequestsThanTheRate_Are429AndLaterOnesPass(string option)
    {
        await using var gateway = await TestGateway.StartAsync(settings: new() { [option] = "5" });

        // At once: one after the other they may be slower than the rate, on a machine that is busy.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => gateway.Client.GetAsync(Key)));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Contains("rate_limited", await refused[0].Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Array.ForEach(answers, answer => answer.Dispose());
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await gateway.Client.GetAsync(Key);
                return answer.StatusCode == HttpStatusCode.NotFound;
            },
            "the rate to allow one more");
    }

    /// <summary>
    /// Waits until the bodies under way hold so many bytes. What was sent in chunks may still be on its way, and another body that takes
    /// the room first has the one before refused.
    /// </summary>
    private static Task TakenAsync(TestGateway gateway, long bytes)
    {
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        return Eventually.TrueAsync(() => budget.TakenBytes >= bytes, $"the bodies under way to hold {bytes} bytes");
    }

    /// <summary>
    /// Sends the body when the gateway asks for it (RFC 9110, 10.1.1). It asks when it begins to read, so from then on a body whose
    /// length is known has its share of the budget; one that was only written may still be on its way while a later request takes it.
    /// </summary>
    private static async Task<HttpResponseMessage> SendAdmittedAsync(
        TestGateway gateway, HttpMethod method, string path, SlowContent body, bool inChunks)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = inChunks;
        return await gateway.Client.SendAsync(request);
    }

    /// <summary>Sends half of its bytes when it is admitted, and the rest when it is told to.</summary>
    private sealed class SlowContent(int length) : HttpContent
    {
        private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Admitted => _admitted.Task;

        public void Finish() => _finish.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[length / 2]);
            await stream.FlushAsync();
            _admitted.SetResult();
            await _finish.Task;
            await stream.WriteAsync(new byte[length - (length / 2)]);
        }

        protected override bool TryComputeLength(out long bytes)
        {
            bytes = length;
            return true;
        }
    }
}
