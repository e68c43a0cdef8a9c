using AspireKv.Cli.Tests.Support;

namespace AspireKv.Cli.Tests.Gateway;

public sealed class SecretTests
{
    private const string Password = "correct horse battery staple";

    private static readonly string[] Lines =
    [
        "cluster status", "members", "plan add 4", "plan add 4 --commit --yes", "progress", "progress --watch", "cancel",
        "cancel --generation 4", "announce 6 node6", "forget 6", "tombstones",
    ];

    /// <summary>Whatever an answer is like, no output of any verb holds the token or the password.</summary>
    [Fact]
    public async Task Output_OfEveryVerb_HoldsNoSecret()
    {
        Reply[] replies =
        [
            Reply.Json("<html>"), Reply.Broken, Reply.Problem(400, "invalid_json", "No."), Reply.Problem(401, "token_invalid", "No."),
            Reply.Problem(503, "not_ready", "No."), Reply.Problem(504, "outcome_unknown", "Who knows."),
        ];
        await using var gateway = await FakeGateway.StartAsync();
        var outputs = new List<string>();
        foreach (var line in Lines)
        {
            foreach (var reply in replies.Prepend(null))
            {
                foreach (var (route, calm) in SampleBodies.OfACalmCluster)
                {
                    gateway.On(route, route == "POST /login" ? calm : reply ?? calm);
                }

                var ended = await new Akv(gateway).With("AKV_PASSWORD", Password).RunAsync($"{line} --email me@example.com");
                outputs.Add(ended.Out + ended.Error);
            }
        }

        Assert.Equal(Lines.Length * (replies.Length + 1), outputs.Count);
        Assert.All(outputs, output =>
        {
            Assert.NotEqual("", output);
            Assert.DoesNotContain(FakeGateway.Token, output, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        });
    }
}
