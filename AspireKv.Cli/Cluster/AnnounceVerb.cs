using System.CommandLine;
using System.Text.Json;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary><c>akv announce N NAME</c>: lets a node join that was never started.</summary>
internal sealed class AnnounceVerb : ChangeVerb
{
    private readonly Argument<int> _number = NodeNumber.Argument();
    private readonly Argument<string> _name = new("NAME") { Description = "The node's name." };

    public AnnounceVerb(CliHost host) : base("announce", "Announces a node before its first start, so that it may join.", host)
    {
        Arguments.Add(_number);
        Arguments.Add(_name);
    }

    protected override Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var (number, name) = (call.Arguments.GetValue(_number), call.Arguments.GetRequiredValue(_name));
        var order = new GatewayRequest(HttpMethod.Put, Paths.Member(number))
        {
            Body = JsonSerializer.Serialize(new AnnounceBody(name), AnnounceBodyJson.Default.AnnounceBody),
        };
        return OrderAsync(call, order, $"Node {number} is announced as {name}.", cancellationToken);
    }
}
