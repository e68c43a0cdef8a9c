using AspireKv.Cli.Gateway;
using AspireKv.Cli.Output;
using AspireKv.Cli.Replies;
using AspireKv.Cli.Verbs;

namespace AspireKv.Cli.Cluster;

/// <summary><c>akv members</c>: every member, and what it holds.</summary>
internal sealed class MembersVerb(CliHost host) : Verb("members", "Lists the members, how they answer and what they hold.", host)
{
    protected override async Task RunAsync(VerbCall call, CancellationToken cancellationToken)
    {
        var answer = await call.Gateway.GetAsync(Paths.Members, cancellationToken);
        call.Show(answer, () =>
        {
            var sheet = new Sheet("#Node", "Name", "State", "Liveness", "#Holds", "#Leads", "#Learners", "Address");
            foreach (var member in answer.Read(MembersReplyJson.Default.MembersReply).Members)
            {
                sheet.Add(
                    $"{member.Id}", member.Name, member.State, Cell.OfLiveness(member.Liveness),
                    member.Holds, member.Leads, member.Learners, member.Address);
            }

            call.Screen.Write(sheet, spaced: false);
        });
    }
}
