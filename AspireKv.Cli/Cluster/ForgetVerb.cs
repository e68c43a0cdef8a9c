using System.CommandLine;
using AspireKv.Cli.Gateway;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary><c>akv forget N</c>: takes an announcement back.</summary>
internal sealed class ForgetVerb : ChangeVerb
{
    private readonly Argument<int> _number = NodeNumber.Argument();

    public ForgetVerb(CliHost host) : base("forget", "Takes back the announcement of a node that was never started.", host) =>
        Arguments.Add(_number);

    protected override Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var number = call.Arguments.GetValue(_number);
        return OrderAsync(
            call,
            new GatewayRequest(HttpMethod.Delete, Paths.Member(number)),
            $"Node {number} is announced no more.",
            cancellationToken);
    }
}
